#include "config/loggable.hpp"

#include <array>
#include <limits>

namespace thunderpush {

namespace {

constexpr std::size_t longest_loggable = 256;

unsigned byte_at(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
}

// The well-formed characters of RFC 3629, section 4, by their first byte and
// the range of their second; what follows is 80..BF.
struct character_range {
  unsigned first_min;
  unsigned first_max;
  unsigned second_min;
  unsigned second_max;
  std::size_t length;
};

constexpr std::array character_ranges{
  // U+0080 to U+009F are the C1 controls; terminals obey them.
  character_range{0xC2, 0xC2, 0xA0, 0xBF, 2},
  character_range{0xC3, 0xDF, 0x80, 0xBF, 2},
  character_range{0xE0, 0xE0, 0xA0, 0xBF, 3},
  character_range{0xE1, 0xEC, 0x80, 0xBF, 3},
  character_range{0xED, 0xED, 0x80, 0x9F, 3},
  character_range{0xEE, 0xEF, 0x80, 0xBF, 3},
  character_range{0xF0, 0xF0, 0x90, 0xBF, 4},
  character_range{0xF1, 0xF3, 0x80, 0xBF, 4},
  character_range{0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool begins_with(std::string_view text, const character_range& range) {
  const auto first = byte_at(text, 0);
  const auto second = byte_at(text, 1);
  if (first < range.first_min || first > range.first_max
      || second < range.second_min || second > range.second_max)
    return false;
  for (std::size_t i = 2; i < range.length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80U)
      return false;
  }
  return true;
}

// The length of the character that `text` begins with, 0 if it is not a
// printable one in valid UTF-8.
std::size_t printable_length(std::string_view text) {
  const auto first = byte_at(text, 0);
  if (first < 0x80)
    return first >= 0x20 && first != 0x7F ? 1 : 0;
  for (const auto& range : character_ranges) {
    if (begins_with(text, range))
      return range.length;
  }
  return 0;
}

std::array<char, 4> hex_escape(unsigned byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  return {'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
}

std::string escaped(std::string_view text, std::size_t max_bytes) {
  std::string result;
  while (!text.empty()) {
    const auto length = printable_length(text);
    const auto escape = hex_escape(byte_at(text, 0));
    const auto piece = length == 0
                         ? std::string_view{escape.data(), escape.size()}
                         : text.substr(0, length);
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

std::string one_line(std::string_view text, std::size_t max_bytes) {
  return escaped(text, max_bytes);
}

} // namespace thunderpush
