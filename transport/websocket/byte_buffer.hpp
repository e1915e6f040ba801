#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace thunderpush::websocket {

/// Appends to a buffer that doubles until `ceiling`, so that neither a flood of
/// small pieces nor a large announcement costs more than what has arrived.
inline void append(std::vector<char>& buffer, std::span<const char> part,
                   std::size_t ceiling) {
  const auto size = buffer.size() + part.size();
  if (size > buffer.capacity())
    buffer.reserve(std::max(size, std::min(2 * buffer.capacity(), ceiling)));
  buffer.insert(buffer.end(), part.begin(), part.end());
}

} // namespace thunderpush::websocket
