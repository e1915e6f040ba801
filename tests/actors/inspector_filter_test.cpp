#include "tests/actors/inspected_node.hpp"

#include <string>
#include <variant>

using namespace thunderpush;
using lines = deterministic_node::lines;

namespace {

struct filtered_node : inspected_node {
  filtered_node() {
    alice.says("SUBSCRIBE news:sport");
    bob.says("SUBSCRIBE news");
    carol.says("SUBSCRIBE newsletter");
  }

  lines connections(actor_filter which) {
    which.kind = actor_kind::connection;
    return names({.which = which});
  }

  test_client alice = client("alice");
  test_client bob = client("bob");
  test_client carol = client_on(0, "carol", "second");
};

} // namespace

TEST_SUITE("inspector filter") {
  TEST_CASE_FIXTURE(filtered_node, "no filter means everybody") {
    CHECK(ask({}).size() == node().at(0).actors().size());
  }

  TEST_CASE_FIXTURE(filtered_node, "an id is one actor's") {
    const auto id = bob.actor().id();
    CHECK(the({.id = id}).name == "bob");
    CHECK(the({.id = id}).kind == actor_kind::connection);
    CHECK(ask({.which = {.id = 1'000'000'000}}).empty());
  }

  TEST_CASE_FIXTURE(filtered_node, "a name is meant exactly, in any kind") {
    const auto found = ask({.which = {.name = "alice"}});
    REQUIRE(found.size() == 2);
    CHECK(found[0].kind != found[1].kind); // her connection and her session
    CHECK(ask({.which = {.name = "alic"}}).empty());
    CHECK(ask({.which = {.name = "Alice"}}).empty());
    CHECK(the({.name = "news"}).kind == actor_kind::channel);
  }

  TEST_CASE_FIXTURE(filtered_node, "a name may be empty") {
    const auto stranger = visitor();
    const actor_filter nameless{.kind = actor_kind::connection, .name = ""};
    CHECK(the(nameless).state == "anonymous");
  }

  TEST_CASE_FIXTURE(filtered_node, "a prefix is how names begin") {
    const auto channels = [this](std::string prefix) {
      return names(
        {.which = {.kind = actor_kind::channel, .prefix = std::move(prefix)}});
    };
    CHECK(channels("news") == lines{"news", "newsletter"});
    CHECK(channels("newsl") == lines{"newsletter"});
    CHECK(channels("newsletters").empty());
    CHECK(channels("ews").empty());
    CHECK(channels("").size() == 3);
  }

  TEST_CASE_FIXTURE(filtered_node, "an application has its own") {
    CHECK(connections({.app = first_app}) == lines{"alice", "bob"});
    CHECK(connections({.app = second_app}) == lines{"carol"});
    CHECK(names({.which = {.kind = actor_kind::channel, .app = second_app}})
          == lines{"newsletter"});
    CHECK(names({.which = {.kind = actor_kind::session, .app = second_app}})
          == lines{"carol"});
    for (const auto& each : ask({.which = {.app = first_app}}))
      CHECK(each.app == first_app);
  }

  TEST_CASE_FIXTURE(filtered_node, "a stranger belongs to no application") {
    const auto stranger = visitor();
    CHECK(connections({.app = first_app}).size() == 2);
    CHECK_FALSE(the({.id = stranger.actor().id()}).app);
    CHECK_FALSE(the({.kind = actor_kind::hub}).app);
  }

  TEST_CASE_FIXTURE(filtered_node, "a channel has those who subscribe to it") {
    CHECK(connections({.channel = "news"}) == lines{"alice", "bob"});
    CHECK(connections({.channel = "sport"}) == lines{"alice"});
    CHECK(connections({.channel = "new"}).empty());
    CHECK(ask({.which = {.channel = "news"}}).size() == 2);
    bob.says("UNSUBSCRIBE news");
    CHECK(connections({.channel = "news"}) == lines{"alice"});
  }

  TEST_CASE_FIXTURE(filtered_node,
                    "a slow one takes no more of what waits for it") {
    CHECK(connections({.slow = true}).empty());
    alice.takes_only(0);
    CHECK(connections({.slow = true}).empty()); // nothing waits
    publish("news", "hi");
    CHECK(connections({.slow = true}) == lines{"alice"});
    CHECK(ask({.which = {.slow = true}}).size() == 1);
    alice.reads();
    run();
    CHECK(connections({.slow = true}).empty());
  }

  TEST_CASE_FIXTURE(filtered_node, "one that is closing is slow no more") {
    alice.takes_only(0);
    publish("news", "hi");
    disconnect("alice");
    CHECK(alice.actor().state() == "closing");
    CHECK(connections({.slow = true}).empty());
  }

  TEST_CASE_FIXTURE(filtered_node, "all that is asked for must apply") {
    CHECK(connections({.app = first_app, .channel = "sport"})
          == lines{"alice"});
    CHECK(connections({.app = second_app, .channel = "sport"}).empty());
    CHECK(connections({.name = "bob", .channel = "sport"}).empty());
    CHECK(connections({.id = bob.actor().id(), .name = "alice"}).empty());
    CHECK(connections({.prefix = "a", .slow = true}).empty());
  }

  TEST_CASE_FIXTURE(filtered_node, "pages go through what is meant alone") {
    for (int i = 0; i < 20; ++i)
      client("u" + std::to_string(i));
    question next{.which = {.kind = actor_kind::session, .prefix = "u"},
                  .limit = 3};
    lines all;
    for (auto part = ask(next); !part.empty(); part = ask(next)) {
      for (const auto& each : part)
        all.push_back(each.name);
      next.after = part.back().rank;
    }
    CHECK(all.size() == 20);
  }

  TEST_CASE_FIXTURE(filtered_node,
                    "channels of a connection are named only if asked for") {
    const auto held = [this](bool thoroughly) {
      const auto found
        = ask({.which = {.id = alice.actor().id()}, .thoroughly = thoroughly});
      REQUIRE(found.size() == 1);
      return std::get<connection_view>(found[0].holdings);
    };
    CHECK(held(false).channels.empty());
    CHECK(held(false).subscriptions == 2);
    CHECK(held(true).channels == lines{"news", "sport"});
    CHECK(held(true).subscriptions == 2);
  }
}
