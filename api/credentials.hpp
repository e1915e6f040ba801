#pragma once

#include "config/settings.hpp"
#include "encoding/sha.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace thunderpush {

/// All that there is to be permitted.
inline constexpr rest_rights all_rights{true, true, true};

/// What a caller of the REST API must show to act for one app.
struct rest_secret {
  std::size_t app = 0; ///< Its index.
  std::string_view key;
  std::string_view secret;
  rest_rights rights;
};

/// Who a caller is.
struct rest_caller {
  std::size_t app = 0;
  rest_rights rights;

  friend bool operator==(const rest_caller&, const rest_caller&) = default;
};

/// The keys and secrets of all apps. Keeps digests alone, and takes the same
/// time and path whether the key, the secret or both are wrong. Immutable after
/// construction: may be shared by all threads.
class credentials {
public:
  /// Throws std::runtime_error if the cryptographic library has no SHA-256.
  explicit credentials(std::span<const rest_secret> secrets);

  /// Whose that key and secret are, nothing if nobody's. Who has the secret
  /// twice has the rights of both. Blanks and tabs around the secret are
  /// ignored; an empty one never fits. Throws as the constructor does.
  std::optional<rest_caller> find(std::string_view key,
                                  std::string_view secret) const;

private:
  struct entry {
    sha256_digest known;
    rest_caller who;
  };

  std::vector<entry> entries_;
};

} // namespace thunderpush
