#pragma once

#include "actors/actor_kind.hpp"

#include <compare>
#include <cstdint>
#include <string>

namespace thunderpush {

/// One actor, as operators see it at a moment.
struct actor_view {
  std::uint64_t id = 0; ///< Unique in the process.
  actor_kind kind{};
  std::string name;  ///< A channel's or a user's name, else empty.
  std::string state; ///< What it is doing, in a word.
  std::size_t home = 0;
  std::uint64_t mailbox = 0; ///< Messages waiting.
  std::uint64_t handled = 0; ///< Messages handled since it began.
  std::uint64_t age_seconds = 0;
};

/// What a list of actors is ordered by: greatest first, but for `id`, whose
/// smallest comes first.
enum class actor_order : std::uint8_t { id, mailbox, handled, age };

/// A place in such an order. Places of different actors are different, so that
/// one says where the next page begins.
struct actor_rank {
  std::uint64_t value = 0; ///< What is ordered by; 0 for `actor_order::id`.
  std::uint64_t id = 0;

  /// Less means earlier in the list.
  friend std::strong_ordering operator<=>(const actor_rank& a,
                                          const actor_rank& b) noexcept {
    if (auto by_value = b.value <=> a.value; by_value != 0)
      return by_value;
    return a.id <=> b.id;
  }
  friend bool operator==(const actor_rank&, const actor_rank&) = default;
};

/// Where an actor stands in an order.
inline actor_rank rank_of(const actor_view& who, actor_order order) noexcept {
  switch (order) {
  case actor_order::mailbox:
    return {who.mailbox, who.id};
  case actor_order::handled:
    return {who.handled, who.id};
  case actor_order::age:
    return {who.age_seconds, who.id};
  case actor_order::id:
    break;
  }
  return {0, who.id};
}

} // namespace thunderpush
