#pragma once

#include "actors/actor_view.hpp"
#include "tests/support/deterministic_node.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace thunderpush {

/// A node of one home, whose inspector a test asks.
struct inspected_node : deterministic_node {
  explicit inspected_node(const limit_settings& limits = {})
    : deterministic_node(limits, 1) {}

  using page = std::vector<actor_view>;

  struct question {
    actor_filter which{};
    actor_order order = actor_order::id;
    std::optional<actor_rank> after{};
    std::size_t limit = 100;
    bool thoroughly = false;
  };

  ticket starts_asking(const question& what) {
    const auto reply = requester().next();
    node().shared().inspectors[0].tell(list_actors{
      what.which, what.order, what.after, what.limit, what.thoroughly, reply});
    return reply.ticket;
  }

  page ask(const question& what) {
    const auto asked = starts_asking(what);
    run();
    return answer<actors_listed>(asked).actors;
  }

  /// The names of the actors that are meant, in their order.
  lines names(const question& what) {
    lines found;
    for (const auto& each : ask(what))
      found.push_back(each.name);
    return found;
  }

  /// The one actor that is meant.
  actor_view the(const actor_filter& which) {
    const auto found = ask({.which = which});
    REQUIRE(found.size() == 1);
    return found.front();
  }

  totals_read totals() {
    const auto reply = requester().next();
    node().shared().inspectors[0].tell(read_totals{reply});
    run();
    return answer<totals_read>(reply.ticket);
  }
};

} // namespace thunderpush
