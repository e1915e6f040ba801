#include "actors/departures.hpp"

#include <algorithm>

namespace thunderpush {

namespace {

bool matches(const departure& who, const departure_filter& which) {
  return (!which.app || which.app == who.app)
         && (!which.user || *which.user == who.user)
         && (!which.code || *which.code == who.reason.code);
}

} // namespace

void departures::add(departure who) {
  const auto code = who.reason.code;
  auto known = std::find_if(by_code_.begin(), by_code_.end(),
                            [code](const auto& x) { return x.first == code; });
  if (known == by_code_.end())
    known = by_code_.insert(known, {code, 0});
  ++known->second;
  if (limit_ == 0)
    return;
  if (last_.size() < limit_) {
    last_.push_back(std::move(who));
    return;
  }
  last_[next_] = std::move(who);
  next_ = (next_ + 1) % last_.size();
}

std::vector<departure> departures::list(const departure_filter& which,
                                        const std::optional<actor_rank>& after,
                                        std::size_t limit) const {
  std::vector<departure> found;
  for (std::size_t i = 0; i < last_.size() && found.size() < limit; ++i) {
    // Backwards from the newest.
    const auto& who = last_[(next_ + last_.size() - 1 - i) % last_.size()];
    if ((!after || *after < rank_of(who)) && matches(who, which))
      found.push_back(who);
  }
  return found;
}

} // namespace thunderpush
