#pragma once

#include <cstddef>
#include <cstdint>

namespace thunderpush {

enum class transfer_outcome : std::uint8_t {
  done,        ///< `bytes` were moved.
  would_block, ///< None could be moved now.
  lost,        ///< The peer has closed, or is gone.
};

/// What became of an attempt to read or write.
struct transfer {
  transfer_outcome what;
  std::size_t bytes = 0;
};

} // namespace thunderpush
