#pragma once

#include "actors/actor_view.hpp"
#include "actors/departures.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace thunderpush {

inline const actor_rank& rank_of(const actor_view& who) noexcept {
  return who.rank;
}

/// A page of a list, put together from the parts of all homes: of actors, or of
/// anything else that has a `rank_of`. Holds one more than it shows, by which
/// it knows whether there is a next page.
template <class Entry>
class page {
public:
  /// Up to `limit` entries, at least one.
  explicit page(std::size_t limit) : limit_(limit) {}

  /// How many of its best entries each home is to give.
  std::size_t wanted() const noexcept { return limit_ + 1; }

  /// Takes the best entries of one home, in order.
  void add(std::vector<Entry> part) {
    std::vector<Entry> merged;
    merged.reserve(best_.size() + part.size());
    std::merge(
      std::move_iterator{best_.begin()}, std::move_iterator{best_.end()},
      std::move_iterator{part.begin()}, std::move_iterator{part.end()},
      std::back_inserter(merged),
      [](const Entry& a, const Entry& b) { return rank_of(a) < rank_of(b); });
    if (merged.size() > wanted())
      merged.erase(merged.begin() + static_cast<std::ptrdiff_t>(wanted()),
                   merged.end());
    best_ = std::move(merged);
  }

  /// The best of all parts so far, in order.
  std::span<const Entry> entries() const noexcept {
    return std::span{best_}.first(std::min(best_.size(), limit_));
  }

  /// The place after which the next page begins; nothing if this is the last.
  std::optional<actor_rank> next() const noexcept {
    if (best_.size() <= limit_)
      return std::nullopt;
    return rank_of(best_[limit_ - 1]);
  }

private:
  std::size_t limit_;
  std::vector<Entry> best_;
};

using actor_page = page<actor_view>;
using departure_page = page<departure>;

} // namespace thunderpush
