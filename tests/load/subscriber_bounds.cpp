#include "tests/load/subscriber_bounds.hpp"

#include <algorithm>

namespace thunderpush::load {

void subscriber_bounds::certain(std::int64_t change) {
  now_.least += change;
  for (auto& each : under_way_)
    each.least = std::min(each.least, now_.least);
}

void subscriber_bounds::possible(std::int64_t change) {
  now_.most += change;
  for (auto& each : under_way_)
    each.most = std::max(each.most, now_.most);
}

void subscriber_bounds::sent() {
  under_way_.push_back(now_);
}

subscriber_bounds::range subscriber_bounds::answered() {
  const auto oldest = under_way_.front();
  under_way_.pop_front();
  return oldest;
}

} // namespace thunderpush::load
