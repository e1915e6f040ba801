#include "actors/histogram.hpp"

#include <algorithm>
#include <iterator>

namespace thunderpush {

void histogram::add(duration value) noexcept {
  const auto* const place
    = std::lower_bound(bounds.begin(), bounds.end(), value);
  ++counts_[static_cast<std::size_t>(std::distance(bounds.begin(), place))];
  ++count_;
  sum_ += value;
  max_ = std::max(max_, value);
}

histogram& histogram::operator+=(const histogram& other) noexcept {
  std::transform(counts_.begin(), counts_.end(), other.counts_.begin(),
                 counts_.begin(), std::plus<>{});
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
  return *this;
}

std::uint64_t histogram::up_to(std::size_t position) const noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i <= position; ++i)
    sum += counts_[i];
  return sum;
}

histogram::duration histogram::percentile(double share) const noexcept {
  const auto wanted = share * static_cast<double>(count_);
  double before = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const auto here = static_cast<double>(counts_[i]);
    if (counts_[i] == 0 || before + here < wanted) {
      before += here;
      continue;
    }
    const auto low = i == 0 ? duration{0} : bounds[i - 1];
    const auto high = std::min(i < bounds.size() ? bounds[i] : max_, max_);
    const auto part = (wanted - before) / here;
    return low
           + std::chrono::duration_cast<duration>(
             std::max(high - low, duration{0}) * part);
  }
  return max_;
}

} // namespace thunderpush
