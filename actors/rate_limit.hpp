#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace thunderpush {

/// How often something may happen, as the generic cell rate algorithm tells it
/// (ITU-T I.371): so many times a second on average, and after a rest as many
/// times at once as in a second. Nothing ever has to wait for more than a
/// second. One point in time is all that it keeps. A rate of 0 is no limit. A
/// value; not shared by threads.
class rate_limit {
public:
  using clock = std::chrono::steady_clock;
  using duration = std::chrono::nanoseconds;

  /// Counts it if it may happen now, and returns zero. Else returns after how
  /// long it may.
  duration take(clock::time_point now, std::size_t per_second) noexcept {
    const auto next = after_one_more(full_, now, per_second);
    const auto wait = excess(next, now);
    if (wait == duration::zero())
      full_ = next;
    return wait;
  }

  /// Counts what has happened already. Returns for how long nothing more may.
  duration note(clock::time_point now, std::size_t per_second) noexcept {
    full_ = after_one_more(full_, now, per_second);
    return excess(after_one_more(full_, now, per_second), now);
  }

  /// Whether it is as if nothing had ever happened.
  bool is_fresh(clock::time_point now) const noexcept {
    return full_ <= nanoseconds(now);
  }

private:
  friend class shared_rate_limit;

  static constexpr std::int64_t second = 1'000'000'000;

  static std::int64_t nanoseconds(clock::time_point when) noexcept {
    return std::chrono::duration_cast<duration>(when.time_since_epoch())
      .count();
  }

  // Events at the rate fill the time up to a point: one more moves it on.
  static std::int64_t after_one_more(std::int64_t full, clock::time_point now,
                                     std::size_t per_second) noexcept {
    if (per_second == 0)
      return full;
    return std::max(full, nanoseconds(now))
           + second / static_cast<std::int64_t>(per_second);
  }

  // By how much a point is more than a second ahead.
  static duration excess(std::int64_t full, clock::time_point now) noexcept {
    return duration{
      std::max<std::int64_t>(0, full - nanoseconds(now) - second)};
  }

  std::int64_t full_ = 0;
};

/// The same for events of all threads together, without a lock.
class shared_rate_limit {
public:
  /// See `rate_limit::take`.
  rate_limit::duration take(rate_limit::clock::time_point now,
                            std::size_t per_second) noexcept {
    auto full = full_.load(std::memory_order_relaxed);
    for (;;) {
      const auto next = rate_limit::after_one_more(full, now, per_second);
      const auto wait = rate_limit::excess(next, now);
      if (wait != rate_limit::duration::zero()
          || full_.compare_exchange_weak(full, next, std::memory_order_relaxed))
        return wait;
    }
  }

private:
  std::atomic<std::int64_t> full_{0};
};

} // namespace thunderpush
