#include "encoding/json_text_stream.hpp"

#include "encoding/hex.hpp"

#include <cstdint>

namespace thunderpush {

namespace {

constexpr std::size_t escape_size = 6; // of \uXXXX

bool is_high_surrogate(std::uint32_t unit) {
  return unit >= 0xd800 && unit <= 0xdbff;
}

bool is_low_surrogate(std::uint32_t unit) {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

// The code unit of the \uXXXX escape at the start of `text`; 0, which needs no
// treatment, if there is none.
std::uint32_t escaped_unit(std::string_view text) {
  if (text.size() < escape_size || text[0] != '\\' || text[1] != 'u')
    return 0;
  std::uint32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    const int digit = hex_value(c);
    if (digit < 0)
      return 0;
    unit = unit * 16 + static_cast<std::uint32_t>(digit);
  }
  return unit;
}

} // namespace

void json_text_stream::begin_escape() noexcept {
  const std::string_view rest(position_,
                              static_cast<std::size_t>(end_ - position_));
  const std::uint32_t unit = escaped_unit(rest);
  escape_is_replaced_ = false;
  if (is_high_surrogate(unit)
      && is_low_surrogate(escaped_unit(rest.substr(escape_size)))) {
    escape_left_ = 2 * escape_size - 1;
  } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
    escape_is_replaced_ = true;
    escape_left_ = escape_size - 1;
  } else {
    // An escaped quotation mark does not end the string; wrong hexadecimal
    // digits are seen by RapidJSON.
    escape_left_ = rest.substr(1, 1) == "u" ? escape_size - 1 : 1;
  }
}

} // namespace thunderpush
