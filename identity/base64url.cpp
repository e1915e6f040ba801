#include "identity/base64url.hpp"

#include <cstdint>

namespace thunderpush {

namespace {

constexpr int bits_a_digit = 6;
constexpr int bits_a_byte = 8;

// The value of a digit, negative for what is none.
constexpr int value_of(char c) noexcept {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '-')
    return 62;
  return c == '_' ? 63 : -1;
}

} // namespace

std::optional<std::string> decode_base64url(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() * bits_a_digit / bits_a_byte);
  std::uint32_t bits = 0; // that wait for the rest of their byte
  int count = 0;
  for (const char c : text) {
    const auto value = value_of(c);
    if (value < 0)
      return std::nullopt;
    bits = (bits << bits_a_digit) | static_cast<std::uint32_t>(value);
    count += bits_a_digit;
    if (count >= bits_a_byte) {
      count -= bits_a_byte;
      bytes += static_cast<char>(bits >> count);
      bits &= (1U << count) - 1;
    }
  }
  if (bits != 0 || count >= bits_a_digit)
    return std::nullopt;
  return bytes;
}

} // namespace thunderpush
