#include "ctl/latencies.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace thunderpush::ctl {

// Values below `parts` have a slot each; after that, the slots of power p are
// 2^p wide.
std::size_t latencies::slot_of(std::uint64_t value) noexcept {
  if (value < parts)
    return static_cast<std::size_t>(value);
  const auto power
    = static_cast<std::size_t>(std::bit_width(value / parts)) - 1;
  const auto part = static_cast<std::size_t>(value >> power) - parts;
  return std::min((power + 1) * parts + part, parts * powers - 1);
}

std::uint64_t latencies::greatest_in(std::size_t slot) noexcept {
  if (slot < parts)
    return slot;
  const auto power = slot / parts - 1;
  const auto first_of_next = parts + slot % parts + 1;
  return (std::uint64_t{first_of_next} << power) - 1;
}

void latencies::add(std::chrono::microseconds latency) noexcept {
  const auto value
    = std::max<std::chrono::microseconds::rep>(latency.count(), 0);
  ++counts_[slot_of(static_cast<std::uint64_t>(value))];
  ++count_;
  max_ = std::max(max_, latency);
}

std::chrono::microseconds latencies::quantile(double share) const noexcept {
  const auto rank = std::max<std::uint64_t>(
    1,
    static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t slot = 0; slot < counts_.size() && count_ > 0; ++slot) {
    seen += counts_[slot];
    if (seen >= rank) {
      const std::chrono::microseconds found{greatest_in(slot)};
      return std::min(found, max_);
    }
  }
  return max_;
}

} // namespace thunderpush::ctl
