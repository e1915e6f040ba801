#pragma once

#include "actors/name_table.hpp"
#include "actors/pinned_actor.hpp"

#include <cstdint>

namespace thunderpush {

/// An actor of a directory, found by the name that it has itself. `Actor` has a
/// `known_as()`.
template <class Actor, class Ref>
struct actor_entry {
  Ref who;
  /// Messages it was sent through the table, modulo 2^32: there are never that
  /// many under way.
  mutable std::uint32_t sent;
  std::uint32_t hash;

  const auto& name() const noexcept { return actor_at<Actor>(who).known_as(); }
};

/// Actors of a home by name. An entry is an address, a count and a hash: 16
/// bytes.
template <class Actor, class Ref>
using actor_table = name_table<actor_entry<Actor, Ref>>;

} // namespace thunderpush
