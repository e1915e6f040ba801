#include "api/credentials.hpp"

#include <cstdint>
#include <openssl/crypto.h>
#include <stdexcept>

namespace thunderpush {

namespace {

struct free_context {
  void operator()(EVP_MD_CTX* context) const noexcept {
    EVP_MD_CTX_free(context);
  }
};

// Optional white space of a field value (RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view value) {
  constexpr std::string_view blanks = " \t";
  const std::size_t first = value.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return value.substr(first, value.find_last_not_of(blanks) - first + 1);
}

} // namespace

credentials::credentials(std::span<const rest_secret> secrets)
  : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
  entries_.reserve(secrets.size());
  for (const auto& one : secrets) {
    const auto known = digest_of(one.key, trimmed(one.secret));
    if (!known)
      throw std::runtime_error("SHA-256 is not available");
    // A missing field must not open an app that was set up without a secret.
    if (!trimmed(one.secret).empty())
      entries_.push_back({*known, {one.app, one.rights}});
  }
}

std::optional<rest_caller> credentials::find(std::string_view key,
                                             std::string_view secret) const {
  const auto presented = digest_of(key, trimmed(secret));
  std::optional<rest_caller> found;
  if (!presented)
    return found;
  // All are compared, so that the time does not tell which one fits.
  for (const auto& each : entries_) {
    if (CRYPTO_memcmp(each.known.data(), presented->data(), presented->size())
        != 0)
      continue;
    auto& rights = (found ? *found : found.emplace(each.who)).rights;
    rights.publish = rights.publish || each.who.rights.publish;
    rights.read = rights.read || each.who.rights.read;
    rights.admin = rights.admin || each.who.rights.admin;
  }
  return found;
}

std::optional<credentials::digest>
credentials::digest_of(std::string_view key, std::string_view secret) const {
  const std::unique_ptr<EVP_MD_CTX, free_context> context(EVP_MD_CTX_new());
  if (sha256_ == nullptr || context == nullptr)
    return std::nullopt;
  // The size keeps ("ab", "c") and ("a", "bc") apart.
  const auto key_size = static_cast<std::uint64_t>(key.size());
  digest result{};
  const bool done
    = EVP_DigestInit_ex2(context.get(), sha256_.get(), nullptr) == 1
      && EVP_DigestUpdate(context.get(), &key_size, sizeof key_size) == 1
      && EVP_DigestUpdate(context.get(), key.data(), key.size()) == 1
      && EVP_DigestUpdate(context.get(), secret.data(), secret.size()) == 1
      && EVP_DigestFinal_ex(context.get(), result.data(), nullptr) == 1;
  if (!done)
    return std::nullopt;
  return result;
}

} // namespace thunderpush
