#pragma once

#include <initializer_list>
#include <string>

namespace thunderpush {

/// Bytes as the tests spell them: numbers from 0 to 255.
inline std::string wire_bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (const auto value : values)
    text.push_back(static_cast<char>(value));
  return text;
}

} // namespace thunderpush
