#pragma once

#include <algorithm>
#include <string_view>

namespace thunderpush {

/// A letter of ASCII in lower case; anything else as it is.
constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// As names of fields and tokens of HTTP compare (RFC 9110, 5.1).
constexpr bool equals_ignoring_case(std::string_view a,
                                    std::string_view b) noexcept {
  // Most that are equal are written alike, which is seen at a glance.
  return a.size() == b.size()
         && (a == b
             || std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
                  return to_lower(x) == to_lower(y);
                }));
}

} // namespace thunderpush
