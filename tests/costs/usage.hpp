#pragma once

#include <chrono>
#include <cstddef>

namespace thunderpush::costs {

/// What the process holds, in bytes.
struct memory_usage {
  std::size_t resident = 0;  ///< Pages that are in memory.
  std::size_t allocated = 0; ///< Handed out by malloc.
};

memory_usage memory_now();

/// Processor time of the calling thread.
std::chrono::nanoseconds thread_time_now();

} // namespace thunderpush::costs
