#pragma once

#include "actors/histogram.hpp"

#include <cstddef>

namespace thunderpush {

/// How busy a home is. Written by its own thread.
struct home_load {
  std::size_t ready = 0;  ///< Actors that wait for their turn.
  recent_histogram lag;   ///< How late the loop looked at its clock.
  recent_histogram turns; ///< How long turns took that had something to do.
  histogram lag_ever;     ///< As `lag`, since the start.
};

} // namespace thunderpush
