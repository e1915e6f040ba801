#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace thunderpush::load {

/// Resident memory of a process in KiB, from /proc; nothing if it is gone.
std::optional<std::uint64_t> resident_kib(pid_t process);

/// How many descriptors a process has open; nothing if it is gone or belongs
/// to somebody else.
std::optional<std::uint64_t> open_descriptors(pid_t process);

/// How much processor time a process has used; nothing if it is gone.
std::optional<std::chrono::milliseconds> processor_time(pid_t process);

} // namespace thunderpush::load
