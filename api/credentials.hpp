#pragma once

#include "config/settings.hpp"
#include "encoding/sha.hpp"

#include <array>
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

/// The caller who was let in last, for whom a hash would be computed again with
/// each request of theirs. What differs from what they have shown takes the
/// same time, wherever it differs. One thread.
class last_caller {
public:
  /// Who has shown exactly this; nothing if somebody else came last.
  std::optional<rest_caller> recall(std::string_view key,
                                    std::string_view secret) const noexcept;

  /// They are let in. What is longer than usual is not kept.
  void keep(std::string_view key, std::string_view secret,
            const rest_caller& who) noexcept;

  /// They are to be looked at again, as secrets have changed.
  void forget() noexcept { who_.reset(); }

private:
  using bytes = std::array<char, 64>; // two sizes, the texts, zeros

  static std::optional<bytes> shown(std::string_view key,
                                    std::string_view secret) noexcept;

  bytes known_{};
  std::optional<rest_caller> who_;
};

} // namespace thunderpush
