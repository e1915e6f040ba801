#pragma once

#include "actors/timer_wheel.hpp"

#include <chrono>
#include <memory>
#include <unordered_map>

namespace thunderpush {

class endpoint;

/// The endpoints of a home whose clients have said more than they may, and wait
/// for their time to come: each has a timer while it waits, and none before and
/// after. Lives on one home.
class pauses {
public:
  explicit pauses(timer_wheel& timers) noexcept;
  ~pauses();

  /// `endpoint::pause_over` follows.
  void begin(endpoint& who, std::chrono::nanoseconds length);

  /// It does not follow any more.
  void cancel(const endpoint& who) noexcept;

private:
  class pause;

  timer_wheel& timers_;
  std::unordered_map<const endpoint*, std::unique_ptr<pause>> running_;
};

} // namespace thunderpush
