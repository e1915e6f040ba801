#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace thunderpush {

/// The memory that there is for this process, in bytes: that of the machine, or
/// what its control groups permit (cgroup v2) if that is less.
std::size_t machine_memory();

/// The path of the control group of a process, from its `/proc/PID/cgroup`: the
/// line of version 2. Nothing if there is none.
std::optional<std::string_view> control_group_in(std::string_view text);

/// What `memory.max` says. Nothing if it is no number, such as `max`.
std::optional<std::size_t> memory_limit_in(std::string_view text);

} // namespace thunderpush
