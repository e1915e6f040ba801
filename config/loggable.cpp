#include "config/loggable.hpp"

#include <limits>

namespace thunderpush {

namespace {

constexpr std::size_t longest_loggable = 256;

unsigned byte_at(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
}

// The length of the character that `text` begins with, 0 if it is not a
// printable one in valid UTF-8 (RFC 3629).
std::size_t printable_length(std::string_view text) {
  const auto first = byte_at(text, 0);
  const auto second = byte_at(text, 1);
  const auto follows = [text](std::size_t index) {
    return (byte_at(text, index) & 0xC0U) == 0x80U;
  };
  if (first < 0x80)
    return first >= 0x20 && first != 0x7F ? 1 : 0;
  // U+0080 to U+009F are the C1 controls; terminals obey them.
  if (first >= 0xC2 && first <= 0xDF)
    return follows(1) && !(first == 0xC2 && second < 0xA0) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const auto overlong = first == 0xE0 && second < 0xA0;
    const auto surrogate = first == 0xED && second >= 0xA0;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const auto overlong = first == 0xF0 && second < 0x90;
    const auto beyond = first == 0xF4 && second >= 0x90;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4
                                                                          : 0;
  }
  return 0;
}

std::string hex_escape(unsigned byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  return {'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
}

std::string escaped(std::string_view text, std::size_t max_bytes) {
  std::string result;
  while (!text.empty()) {
    const auto length = printable_length(text);
    const auto piece = length == 0 ? hex_escape(byte_at(text, 0))
                                   : std::string{text.substr(0, length)};
    if (result.size() + piece.size() > max_bytes)
      return result + "...";
    result += piece;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

} // namespace

std::string loggable(std::string_view text) {
  return escaped(text, longest_loggable);
}

std::string one_line(std::string_view text) {
  return escaped(text, std::numeric_limits<std::size_t>::max());
}

} // namespace thunderpush
