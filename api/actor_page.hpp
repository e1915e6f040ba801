#pragma once

#include "actors/actor_order.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace thunderpush {

/// A page of a list of actors, put together from the parts of all homes. Holds
/// one actor more than it shows, by which it knows whether there is a next
/// page.
class actor_page {
public:
  /// A page of up to `limit` actors, at least one.
  actor_page(actor_order order, std::size_t limit)
    : order_(order), limit_(limit) {}

  /// How many of its best actors each home is to give.
  std::size_t wanted() const noexcept { return limit_ + 1; }

  /// Takes the best actors of one home, in order.
  void add(std::vector<actor_view> part);

  /// The best of all parts so far, in order.
  std::span<const actor_view> actors() const noexcept;

  /// The place after which the next page begins; nothing if this is the last.
  std::optional<actor_rank> next() const noexcept;

  actor_order order() const noexcept { return order_; }

private:
  actor_order order_;
  std::size_t limit_;
  std::vector<actor_view> best_;
};

} // namespace thunderpush
