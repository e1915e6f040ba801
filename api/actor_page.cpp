#include "api/actor_page.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace thunderpush {

void actor_page::add(std::vector<actor_view> part) {
  std::vector<actor_view> merged;
  merged.reserve(best_.size() + part.size());
  std::merge(std::move_iterator{best_.begin()}, std::move_iterator{best_.end()},
             std::move_iterator{part.begin()}, std::move_iterator{part.end()},
             std::back_inserter(merged),
             [this](const actor_view& a, const actor_view& b) {
               return rank_of(a, order_) < rank_of(b, order_);
             });
  if (merged.size() > wanted())
    merged.resize(wanted());
  best_ = std::move(merged);
}

std::span<const actor_view> actor_page::actors() const noexcept {
  return std::span{best_}.first(std::min(best_.size(), limit_));
}

std::optional<actor_rank> actor_page::next() const noexcept {
  if (best_.size() <= limit_)
    return std::nullopt;
  return rank_of(best_[limit_ - 1], order_);
}

} // namespace thunderpush
