#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <sys/types.h>

namespace thunderpush::benchmark {

/// What a process has used up to now.
struct processor_time {
  /// To the nanosecond, of the threads that are alive.
  std::chrono::nanoseconds all{0};
  /// How it divides, to the hundredth of a second.
  std::chrono::nanoseconds user{0};
  std::chrono::nanoseconds system{0};
};

/// @returns nothing if there is no such process
std::optional<processor_time> processor_time_of(pid_t process);

/// Its user-space memory in KiB; pages that several processes share count in
/// proportion. Nothing if there is no such process, or it belongs to somebody
/// else.
std::optional<std::uint64_t> memory_kib_of(pid_t process);

/// The processors of the machine, summed.
struct machine_time {
  std::chrono::nanoseconds busy{0};
  /// Taken away by the host.
  std::chrono::nanoseconds stolen{0};
};

machine_time machine_time_now();

/// @name Reading texts of /proc
/// @{

/// User and system time out of /proc/PID/stat.
std::optional<processor_time> parse_stat(std::string_view text);

/// Pss out of /proc/PID/smaps_rollup, in KiB.
std::optional<std::uint64_t> parse_smaps_rollup(std::string_view text);

/// The first line of /proc/stat.
std::optional<machine_time> parse_machine_stat(std::string_view text);

/// @}

} // namespace thunderpush::benchmark
