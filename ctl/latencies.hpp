#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace thunderpush::ctl {

/// How often which latency was seen, in bounded memory: what `quantile` says is
/// at most 1/64 of itself too much, and exact up to 64 us.
class latencies {
public:
  /// Less than none counts as none.
  void add(std::chrono::microseconds latency) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  std::chrono::microseconds max() const noexcept { return max_; }

  /// The least latency that at least the `share` (0 to 1) of all did not
  /// exceed; 0 without any.
  std::chrono::microseconds quantile(double share) const noexcept;

private:
  // Each power of two is divided into so many parts.
  static constexpr std::size_t parts = 64;
  static constexpr std::size_t powers = 40; // some 1,500 hours

  static std::size_t slot_of(std::uint64_t value) noexcept;
  static std::uint64_t greatest_in(std::size_t slot) noexcept;

  std::array<std::uint64_t, parts * powers> counts_{};
  std::uint64_t count_ = 0;
  std::chrono::microseconds max_{0};
};

} // namespace thunderpush::ctl
