#pragma once

#include <chrono>

namespace thunderpush {

/// A clock that moves only when told to. The process has one, as a home takes
/// its time from a plain function.
struct manual_clock {
  using clock = std::chrono::steady_clock;

  static clock::time_point now() noexcept { return time; }

  static inline clock::time_point time{std::chrono::hours{1}};
};

} // namespace thunderpush
