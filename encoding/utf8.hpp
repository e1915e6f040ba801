#pragma once

#include <cstdint>
#include <string_view>

namespace thunderpush {

/// Checks UTF-8 that arrives in pieces (RFC 3629: no overlong forms, no
/// surrogates, nothing above U+10FFFF). Fails at the first byte that cannot
/// continue a valid text, and stays failed. One byte of state; no allocation.
class utf8_validator {
public:
  /// Takes the next piece. Returns false once the text is invalid.
  bool feed(std::string_view piece) noexcept;

  /// Whether the text so far is valid and ends at a character boundary.
  bool complete() const noexcept;

private:
  std::uint8_t state_ = 0;
};

/// Whether the whole text is valid UTF-8.
bool is_valid_utf8(std::string_view text) noexcept;

} // namespace thunderpush
