#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace thunderpush {

/// Eight bytes of a text at a time, to pass over those that need no look. None
/// of this depends on the order of bytes in the machine's words.

inline constexpr std::ptrdiff_t byte_word_size = sizeof(std::uint64_t);

/// The byte in all eight places.
constexpr std::uint64_t repeated_byte(unsigned char byte) noexcept {
  return byte * std::uint64_t{0x0101010101010101};
}

/// The eight bytes at `at`.
inline std::uint64_t load_byte_word(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Whether a byte is 0x80 or more.
constexpr bool has_high_byte(std::uint64_t word) noexcept {
  return (word & repeated_byte(0x80)) != 0;
}

/// Whether a byte is less than `bound`, which is 0x80 at most.
constexpr bool has_byte_below(std::uint64_t word,
                              unsigned char bound) noexcept {
  return ((word - repeated_byte(bound)) & ~word & repeated_byte(0x80)) != 0;
}

/// Whether a byte is `byte`.
constexpr bool has_byte(std::uint64_t word, unsigned char byte) noexcept {
  return has_byte_below(word ^ repeated_byte(byte), 1);
}

/// Whether a byte could not stand in a JSON string as it is (RFC 8259, 7).
constexpr bool has_json_special(std::uint64_t word) noexcept {
  return has_byte_below(word, 0x20) || has_byte(word, '"')
         || has_byte(word, '\\');
}

} // namespace thunderpush
