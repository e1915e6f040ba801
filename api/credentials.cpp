#include "api/credentials.hpp"

#include <algorithm>
#include <cstdint>
#include <openssl/crypto.h>

namespace thunderpush {

namespace {

// Optional white space of a field value (RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view value) {
  constexpr std::string_view blanks = " \t";
  const std::size_t first = value.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return value.substr(first, value.find_last_not_of(blanks) - first + 1);
}

sha256_digest digest_of(std::string_view key, std::string_view secret) {
  // The size keeps ("ab", "c") and ("a", "bc") apart.
  const auto size = static_cast<std::uint64_t>(key.size());
  return sha256(
    {{reinterpret_cast<const char*>(&size), sizeof size}, key, secret});
}

} // namespace

credentials::credentials(std::span<const rest_secret> secrets) {
  entries_.reserve(secrets.size());
  for (const auto& one : secrets) {
    const auto secret = trimmed(one.secret);
    // A missing field must not open an app that was set up without a secret.
    if (!secret.empty())
      entries_.push_back({digest_of(one.key, secret), {one.app, one.rights}});
  }
}

std::optional<rest_caller> credentials::find(std::string_view key,
                                             std::string_view secret) const {
  const auto presented = digest_of(key, trimmed(secret));
  std::optional<rest_caller> found;
  // All are compared, so that the time does not tell which one fits.
  for (const auto& each : entries_) {
    if (CRYPTO_memcmp(each.known.data(), presented.data(), presented.size())
        != 0)
      continue;
    auto& rights = (found ? *found : found.emplace(each.who)).rights;
    rights.publish = rights.publish || each.who.rights.publish;
    rights.read = rights.read || each.who.rights.read;
    rights.admin = rights.admin || each.who.rights.admin;
  }
  return found;
}

std::optional<last_caller::bytes>
last_caller::shown(std::string_view key, std::string_view secret) noexcept {
  if (key.size() + secret.size() + 2 > bytes{}.size())
    return std::nullopt;
  bytes made{};
  made[0] = static_cast<char>(key.size());
  made[1] = static_cast<char>(secret.size());
  const auto end = std::copy(key.begin(), key.end(), made.begin() + 2);
  std::copy(secret.begin(), secret.end(), end);
  return made;
}

std::optional<rest_caller>
last_caller::recall(std::string_view key,
                    std::string_view secret) const noexcept {
  if (!who_)
    return std::nullopt;
  const auto presented = shown(key, secret);
  return presented
             && CRYPTO_memcmp(presented->data(), known_.data(), known_.size())
                  == 0
           ? who_
           : std::nullopt;
}

void last_caller::keep(std::string_view key, std::string_view secret,
                       const rest_caller& who) noexcept {
  if (const auto presented = shown(key, secret)) {
    known_ = *presented;
    who_ = who;
  }
}

} // namespace thunderpush
