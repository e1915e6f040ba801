#pragma once

#include <cstdint>

namespace thunderpush {

/// What the system knows of this process.
struct process_figures {
  double cpu_seconds = 0; ///< User and system.
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t max_descriptors = 0;
  double start_seconds = 0; ///< Since the epoch.
};

/// Reads them from /proc: costs some system calls. What cannot be read is 0.
process_figures read_process_figures();

} // namespace thunderpush
