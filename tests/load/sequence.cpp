#include "tests/load/sequence.hpp"

#include <algorithm>
#include <numeric>

namespace thunderpush::load {

arrival sequence::note(std::uint64_t number) {
  if (!first_) {
    first_ = number;
    next_ = number;
  }
  // Started too late: an earlier one has been overtaken.
  if (number < *first_)
    return arrival::late;
  if (number < next_)
    return take_missing(number) ? arrival::late : arrival::duplicate;
  const auto skipped_from = next_;
  next_ = number + 1;
  if (number == skipped_from)
    return arrival::in_order;
  if (gap_permitted_) {
    gap_permitted_ = false;
    return arrival::in_order;
  }
  missing_.push_back({skipped_from, number});
  return arrival::after_gap;
}

std::uint64_t sequence::missing() const {
  return std::accumulate(missing_.begin(), missing_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const range& gap) {
                           return sum + (gap.end - gap.begin);
                         });
}

bool sequence::take_missing(std::uint64_t number) {
  const auto gap = std::find_if(
    missing_.begin(), missing_.end(), [number](const range& candidate) {
      return candidate.begin <= number && number < candidate.end;
    });
  if (gap == missing_.end())
    return false;
  const range above{number + 1, gap->end};
  gap->end = number;
  if (gap->begin == gap->end)
    missing_.erase(gap);
  if (above.begin != above.end)
    missing_.push_back(above);
  return true;
}

} // namespace thunderpush::load
