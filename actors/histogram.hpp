#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace thunderpush {

/// Durations by their size: how many there were up to each of a fixed series of
/// bounds (1, 2, 5 in each decade from 10 us to 10 s). A plain value of some
/// 200 bytes, however many durations it has counted.
class histogram {
public:
  using duration = std::chrono::nanoseconds;

  static constexpr std::array<duration, 19> bounds = [] {
    std::array<duration, 19> made{};
    std::chrono::nanoseconds decade = std::chrono::microseconds{10};
    for (std::size_t i = 0; i < made.size(); i += 3) {
      made[i] = decade;
      if (i + 2 < made.size()) {
        made[i + 1] = 2 * decade;
        made[i + 2] = 5 * decade;
      }
      decade *= 10;
    }
    return made;
  }();

  void add(duration value) noexcept;
  histogram& operator+=(const histogram& other) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  duration sum() const noexcept { return sum_; }
  duration max() const noexcept { return max_; }

  /// Durations up to `bounds[position]`.
  std::uint64_t up_to(std::size_t position) const noexcept;

  /// The duration that a share (0 to 1) of all does not exceed, read between
  /// the bounds; 0 if there are none.
  duration percentile(double share) const noexcept;

private:
  std::array<std::uint64_t, bounds.size() + 1> counts_{}; // the last: beyond
  std::uint64_t count_ = 0;
  duration sum_{0};
  duration max_{0};
};

/// The durations of about the last minute.
class recent_histogram {
public:
  static constexpr std::size_t periods = 6;
  static constexpr std::chrono::seconds period{10};

  void add(histogram::duration value) noexcept { parts_[now_].add(value); }

  /// A period is over: the oldest is forgotten.
  void turn() noexcept {
    now_ = (now_ + 1) % periods;
    parts_[now_] = histogram{};
  }

  histogram all() const noexcept {
    histogram sum;
    for (const auto& each : parts_)
      sum += each;
    return sum;
  }

private:
  std::array<histogram, periods> parts_;
  std::size_t now_ = 0;
};

} // namespace thunderpush
