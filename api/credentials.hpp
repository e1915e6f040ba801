#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <openssl/evp.h>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace thunderpush {

/// What a caller of the REST API must show to act for one app.
struct key_and_secret {
  std::string_view key;
  std::string_view secret;
};

/// The keys and secrets of all apps. Keeps digests alone, and takes the same
/// time and path whether the key, the secret or both are wrong. Immutable after
/// construction: may be shared by all threads.
class credentials {
public:
  /// Throws std::runtime_error if the cryptographic library has no SHA-256.
  explicit credentials(std::span<const key_and_secret> apps);

  /// The index of the app with that key and secret, nothing if there is none.
  /// Blanks and tabs around the secret are ignored; an empty one never fits.
  std::optional<std::size_t> find(std::string_view key,
                                  std::string_view secret) const;

private:
  struct free_algorithm {
    void operator()(EVP_MD* algorithm) const noexcept {
      EVP_MD_free(algorithm);
    }
  };

  using digest = std::array<unsigned char, 32>;

  std::optional<digest> digest_of(std::string_view key,
                                  std::string_view secret) const;

  // Fetched once: a lookup by name for each request costs more than the hash.
  std::unique_ptr<EVP_MD, free_algorithm> sha256_;
  std::vector<digest> digests_; // by index of the app
};

} // namespace thunderpush
