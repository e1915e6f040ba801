#include "actors/actor_view.hpp"
#include "tests/actors/inspected_node.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

actor_rank rank(std::uint64_t value, std::uint64_t id) {
  return {value, id};
}

} // namespace

TEST_SUITE("actor order") {
  TEST_CASE("the greatest value comes first, then the smallest id") {
    CHECK(rank(9, 5) < rank(8, 1));
    CHECK(rank(9, 1) < rank(9, 2));
    CHECK(rank(9, 2) > rank(9, 1));
    CHECK(rank(0, 1) > rank(1, 100));
    CHECK(rank(3, 3) == rank(3, 3));
    CHECK((rank(3, 3) <=> rank(3, 3)) == 0);
  }

  TEST_CASE_FIXTURE(inspected_node,
                    "an actor ranks by what the list is ordered by") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news");
    publish("news", "hi");
    advance(3s);
    const auto ranked = [this](actor_order order) {
      const auto found
        = ask({.which = {.kind = actor_kind::channel}, .order = order});
      REQUIRE(found.size() == 1);
      return found[0];
    };
    const auto who = ranked(actor_order::id);
    CHECK(who.rank == rank(0, who.id));
    CHECK(ranked(actor_order::mailbox).rank == rank(0, who.id));
    CHECK(ranked(actor_order::handled).rank == rank(who.handled, who.id));
    CHECK(who.handled > 0);
    CHECK(ranked(actor_order::age).age_seconds == 3);
  }

  TEST_CASE("each kind has a name by which it is found") {
    for (std::size_t i = 0; i < actor_kind_names.size(); ++i) {
      const auto kind = static_cast<actor_kind>(i);
      CHECK(actor_kind_from(to_string(kind)) == kind);
    }
    CHECK(to_string(actor_kind::hub) == "hub");
    CHECK(to_string(actor_kind::connection) == "connection");
    CHECK_FALSE(actor_kind_from(""));
    CHECK_FALSE(actor_kind_from("Hub"));
    CHECK_FALSE(actor_kind_from("hubs"));
  }
}

TEST_SUITE("roster") {
  TEST_CASE_FIXTURE(inspected_node, "an actor keeps its slot while others go") {
    auto& here = node().at(0);
    const auto alice = client("alice");
    const auto bob = client("bob");
    const auto carol = client("carol");
    const auto slot_of = [&here](const pinned_actor& who) {
      const auto& slots = here.actors().slots();
      return std::find(slots.begin(), slots.end(), &who) - slots.begin();
    };
    const auto size = here.actors().size();
    const auto room = here.actors().slots().size();
    const auto slot = slot_of(carol.actor());
    alice.leaves();
    bob.leaves();
    CHECK(here.actors().size() == size - 4);
    CHECK(here.actors().slots().size() == room);
    CHECK(slot_of(carol.actor()) == slot);

    // Whoever comes takes the places that are free.
    const auto dave = client("dave");
    const auto erin = client("erin");
    CHECK(here.actors().slots().size() == room);
    CHECK(here.actors().size() == size);
    CHECK(slot_of(carol.actor()) == slot);
  }

  TEST_CASE_FIXTURE(inspected_node, "it counts by kind") {
    const auto alice = client("alice");
    const auto second = client("alice");
    alice.says("SUBSCRIBE a:b:c");
    const auto& counts = node().at(0).actors().by_kind();
    const auto count = [&counts](actor_kind kind) {
      return counts[static_cast<std::size_t>(kind)];
    };
    CHECK(count(actor_kind::hub) == 1);
    CHECK(count(actor_kind::directory) == 1);
    CHECK(count(actor_kind::inspector) == 1);
    CHECK(count(actor_kind::gateway) == 1);
    CHECK(count(actor_kind::admin) == 0);
    CHECK(count(actor_kind::channel) == 3);
    CHECK(count(actor_kind::session) == 1);
    CHECK(count(actor_kind::connection) == 2);
    CHECK(node().at(0).actors().size() == 10);
  }
}

TEST_SUITE("inspector") {
  TEST_CASE_FIXTURE(inspected_node,
                    "an actor is told by kind, name and state") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news");
    const auto stranger = visitor();

    const auto channels = ask({.which = {.kind = actor_kind::channel}});
    REQUIRE(channels.size() == 1);
    CHECK(channels[0].kind == actor_kind::channel);
    CHECK(channels[0].name == "news");
    CHECK(channels[0].state == "running");
    CHECK(channels[0].home == 0);
    CHECK(channels[0].mailbox == 0);
    CHECK(channels[0].handled == 1);

    const auto sessions = ask({.which = {.kind = actor_kind::session}});
    REQUIRE(sessions.size() == 1);
    CHECK(sessions[0].name == "alice");

    const auto connections = ask({.which = {.kind = actor_kind::connection}});
    REQUIRE(connections.size() == 2);
    CHECK(connections[0].name == "alice");
    CHECK(connections[0].state == "connected");
    CHECK(connections[1].name.empty());
    CHECK(connections[1].state == "anonymous");
    CHECK(connections[0].id < connections[1].id);

    alice.takes_only(0);
    publish("news", "hi");
    CHECK(ask({.which = {.kind = actor_kind::connection}})[0].state
          == "blocked");
  }

  TEST_CASE_FIXTURE(inspected_node, "pages by id meet each actor once") {
    for (int i = 0; i < 50; ++i)
      client("u" + std::to_string(i)).says("SUBSCRIBE c" + std::to_string(i));
    const auto everybody = node().at(0).actors().size();
    for (const std::size_t limit : {1U, 7U, 64U, 1000U}) {
      CAPTURE(limit);
      std::set<std::uint64_t> seen;
      question next{.limit = limit};
      for (auto part = ask(next); !part.empty(); part = ask(next)) {
        CHECK(part.size() <= limit);
        for (const auto& each : part) {
          CHECK((seen.empty() || each.id > *seen.rbegin()));
          seen.insert(each.id);
        }
        next.after = part.back().rank;
      }
      CHECK(seen.size() == everybody);
    }
  }

  TEST_CASE_FIXTURE(inspected_node,
                    "pages by id meet whoever stays while others come and go") {
    std::vector<test_client> all;
    for (int i = 0; i < 40; ++i)
      all.push_back(client("u" + std::to_string(i)));
    std::set<std::string> seen;
    question next{.which = {.kind = actor_kind::connection}, .limit = 5};
    std::size_t goes = 0;
    for (auto part = ask(next); !part.empty(); part = ask(next)) {
      for (const auto& each : part)
        CHECK(seen.insert(each.name).second);
      next.after = part.back().rank;
      if (goes == 20)
        continue;
      all[goes].leaves();
      goes += 2;
      client("late" + std::to_string(goes));
    }
    CHECK(goes == 20);
    for (std::size_t i = 1; i < 40; i += 2)
      CHECK(seen.contains("u" + std::to_string(i)));
  }

  TEST_CASE_FIXTURE(inspected_node,
                    "the busiest come first, in pages as well") {
    for (const int n : {3, 1, 4, 1, 5, 9, 2, 6}) {
      const auto channel = "c" + std::to_string(n);
      client("x").says("SUBSCRIBE " + channel);
      for (int i = 0; i < n; ++i)
        publish(channel, "hi");
    }
    const question all{.which = {.kind = actor_kind::channel},
                       .order = actor_order::handled};
    const auto ranked = ask(all);
    REQUIRE(ranked.size() == 7);
    CHECK(ranked[0].name == "c9");
    CHECK(ranked[1].name == "c6");
    CHECK(std::is_sorted(ranked.begin(), ranked.end(),
                         [](const actor_view& a, const actor_view& b) {
                           return a.rank < b.rank;
                         }));
    auto top = all;
    top.limit = 3;
    page joined;
    for (auto part = ask(top); !part.empty(); part = ask(top)) {
      joined.insert(joined.end(), part.begin(), part.end());
      top.after = part.back().rank;
    }
    REQUIRE(joined.size() == ranked.size());
    for (std::size_t i = 0; i < joined.size(); ++i)
      CHECK(joined[i].id == ranked[i].id);
  }

  TEST_CASE_FIXTURE(inspected_node, "the oldest come first by age") {
    const auto alice = client("alice");
    advance(10s);
    const auto bob = client("bob");
    advance(5s);
    const auto by_age = ask(
      {.which = {.kind = actor_kind::session}, .order = actor_order::age});
    REQUIRE(by_age.size() == 2);
    CHECK(by_age[0].name == "alice");
    CHECK(by_age[0].age_seconds == 15);
    CHECK(by_age[1].age_seconds == 5);
  }

  TEST_CASE_FIXTURE(inspected_node, "a full mailbox is seen from outside") {
    // The inspector was asked first: what the directory was told waits.
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news");
    const auto asked = starts_asking({.which = {.kind = actor_kind::directory},
                                      .order = actor_order::mailbox});
    for (int i = 0; i < 10; ++i)
      starts_publishing("news", "hi");
    run();
    const auto seen = answer<actors_listed>(asked).actors;
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].mailbox == 10);
    CHECK(ask({.which = {.kind = actor_kind::directory}})[0].mailbox == 0);
  }

  TEST_CASE_FIXTURE(inspected_node, "a limit of nothing lists nothing") {
    CHECK(ask({.limit = 0}).empty());
  }

  TEST_CASE_FIXTURE(inspected_node, "a kind that is not there lists nothing") {
    CHECK(ask({.which = {.kind = actor_kind::channel}}).empty());
  }

  TEST_CASE_FIXTURE(inspected_node,
                    "questions are answered in turn, each for itself") {
    client("alice").says("SUBSCRIBE news");
    const auto one = starts_asking({.which = {.kind = actor_kind::channel}});
    const auto two = starts_asking({.which = {.kind = actor_kind::session}});
    const auto three = starts_asking({.limit = 2});
    run();
    CHECK(answer<actors_listed>(one).actors.front().name == "news");
    CHECK(answer<actors_listed>(two).actors.front().name == "alice");
    CHECK(answer<actors_listed>(three).actors.size() == 2);
  }

  TEST_CASE_FIXTURE(inspected_node,
                    "a long list leaves the rest of the home its turns") {
    for (int i = 0; i < 4500; ++i)
      visitor();
    // More than one go takes: another actor answers in between.
    bool listed = false;
    bool found_first = false;
    watch([&](const pinned_actor& who, const message& content) {
      if (who.kind() != actor_kind::gateway)
        return;
      if (content.match_elements<actors_listed>())
        listed = true;
      else
        found_first = !listed;
    });
    starts_asking({.limit = 10});
    starts_finding("alice");
    run();
    CHECK(listed);
    CHECK(found_first);
  }

  TEST_CASE_FIXTURE(inspected_node, "totals are those of the home") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news");
    publish("news", "hi");
    send("alice", "you");
    const auto seen = totals();
    CHECK(seen.home == 0);
    CHECK(seen.counters.connections_opened == 1);
    CHECK(seen.counters.connections_closed == 0);
    CHECK(seen.counters.publications == 2);
    CHECK(seen.counters.deliveries == 2);
    CHECK(seen.counters.actor_failures == 0);
    CHECK(seen.actors == node().at(0).actors().by_kind());
  }

  TEST_CASE("counters add up") {
    home_counters a;
    a.connections_opened = 1;
    a.connections_closed = 2;
    a.publications = 3;
    a.deliveries = 4;
    a.slow_consumers = 5;
    a.refused_publications = 6;
    a.http_requests = 7;
    a.actor_failures = 8;
    auto b = a;
    b += a;
    CHECK(b.connections_opened == 2);
    CHECK(b.connections_closed == 4);
    CHECK(b.publications == 6);
    CHECK(b.deliveries == 8);
    CHECK(b.slow_consumers == 10);
    CHECK(b.refused_publications == 12);
    CHECK(b.http_requests == 14);
    CHECK(b.actor_failures == 16);
  }
}
