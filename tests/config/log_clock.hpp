#pragma once

#include "config/log_writer.hpp"

#include <chrono>

namespace thunderpush {

/// The clocks of the log under test, which move only when told to. They are
/// set before the log starts.
struct log_clock {
  static std::chrono::system_clock::time_point time() {
    return std::chrono::system_clock::time_point{elapsed_.load()};
  }

  static std::chrono::steady_clock::time_point elapsed() {
    return std::chrono::steady_clock::time_point{elapsed_.load()};
  }

  static constexpr log_clocks clocks{&time, &elapsed};

  static void reset() { elapsed_ = std::chrono::hours{1}; }
  static void advance(std::chrono::milliseconds by) {
    elapsed_ = elapsed_.load() + by;
  }

private:
  static inline std::atomic<std::chrono::milliseconds> elapsed_{
    std::chrono::hours{1}};
};

} // namespace thunderpush
