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

credentials::credentials(std::span<const key_and_secret> apps)
  : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
  digests_.reserve(apps.size());
  for (const key_and_secret& app : apps) {
    const auto known = digest_of(app.key, trimmed(app.secret));
    if (!known)
      throw std::runtime_error("SHA-256 is not available");
    digests_.push_back(*known);
  }
}

std::optional<std::size_t> credentials::find(std::string_view key,
                                             std::string_view secret) const {
  const std::string_view shown = trimmed(secret);
  const auto presented = digest_of(key, shown);
  std::optional<std::size_t> found;
  if (!presented)
    return found;
  // All are compared, so that the time does not tell which one fits.
  for (std::size_t i = 0; i < digests_.size(); ++i) {
    if (CRYPTO_memcmp(digests_[i].data(), presented->data(), presented->size())
        == 0)
      found = i;
  }
  // A missing field must not open an app that was set up without a secret.
  if (shown.empty())
    found.reset();
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
