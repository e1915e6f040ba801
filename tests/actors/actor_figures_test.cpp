#include "tests/actors/inspected_node.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

struct figures_node : inspected_node {
  actor_view channel_named(std::string name) {
    return the({.kind = actor_kind::channel, .name = std::move(name)});
  }

  // Has the channel fail at a publication.
  void fail(const std::string& channel) {
    next_fails<thunderpush::publish>(actor_kind::channel);
    starts_publishing(channel, "lost");
    run();
  }
};

} // namespace

TEST_SUITE("actor figures") {
  TEST_CASE_FIXTURE(figures_node, "a mailbox's peak is the most that waited") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news");
    CHECK(channel_named("news").mailbox_peak == 1);
    for (int i = 0; i < 30; ++i)
      starts_publishing("news", "x");
    run();
    const auto seen = channel_named("news");
    CHECK(seen.mailbox == 0);
    CHECK(seen.mailbox_peak >= 30);
    publish("news", "x");
    CHECK(channel_named("news").mailbox_peak == seen.mailbox_peak);
  }

  TEST_CASE_FIXTURE(figures_node, "what waits has waited since it came") {
    // The inspector has its turn first, and takes three seconds for it.
    const auto asked
      = starts_asking({.which = {.kind = actor_kind::directory}});
    starts_finding("alice");
    watch([this](const pinned_actor& who, const message&) {
      if (who.kind() != actor_kind::inspector)
        return;
      watch(nullptr);
      manual_clock::time += 3s;
      node().at(0).tick();
    });
    run();
    const auto waits = answer<actors_listed>(asked).actors.front();
    CHECK(waits.mailbox == 1);
    CHECK(waits.oldest == 3s);
    CHECK(the({.kind = actor_kind::directory}).oldest == 0s);
  }

  TEST_CASE_FIXTURE(figures_node, "who waits for nothing has not waited") {
    advance(5s);
    for (const auto& each : ask({}))
      CHECK((each.mailbox > 0 || each.oldest == 0s));
  }

  TEST_CASE_FIXTURE(figures_node, "a successor knows how many have failed") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news:other");
    CHECK(channel_named("news").restarts == 0);
    fail("news");
    const auto second = channel_named("news");
    CHECK(second.restarts == 1);
    fail("news");
    CHECK(channel_named("news").restarts == 2);
    CHECK(channel_named("news").id != second.id);
    CHECK(channel_named("other").restarts == 0);
  }

  TEST_CASE_FIXTURE(figures_node, "failures are forgotten with an idle name") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news");
    fail("news");
    CHECK(channel_named("news").restarts == 1);
    alice.says("UNSUBSCRIBE news");
    CHECK(actors(actor_kind::channel) == 0);
    alice.says("SUBSCRIBE news");
    CHECK(channel_named("news").restarts == 0);
  }

  TEST_CASE_FIXTURE(figures_node, "a session's failures are known as well") {
    const auto alice = client("alice");
    next_fails<send_to_user>(actor_kind::session);
    starts_sending("alice", "lost");
    run();
    CHECK(the({.kind = actor_kind::session}).restarts == 1);
    CHECK(the({.kind = actor_kind::connection}).restarts == 0);
  }

  TEST_CASE_FIXTURE(figures_node,
                    "an actor belongs to an application or none") {
    const auto carol = client_on(0, "carol", "second");
    carol.says("SUBSCRIBE news");
    CHECK(channel_named("news").app == second_app);
    CHECK(the({.kind = actor_kind::session}).app == second_app);
    CHECK(the({.kind = actor_kind::connection}).app == second_app);
    CHECK_FALSE(the({.kind = actor_kind::inspector}).app);
    CHECK_FALSE(the({.kind = actor_kind::directory}).app);
  }

  TEST_CASE_FIXTURE(figures_node, "a channel tells its homes' subscribers") {
    client("alice").says("SUBSCRIBE news");
    client("bob").says("SUBSCRIBE news");
    const auto held
      = std::get<channel_view>(channel_named("news").holdings).branches;
    REQUIRE(held.size() == 1);
    CHECK(held[0].home == 0);
    CHECK(held[0].subscribers == 2);
    CHECK(held[0].bytes_under_way == 0);
  }

  TEST_CASE_FIXTURE(figures_node, "a session tells its connections") {
    const auto one = client("alice");
    const auto two = client("alice");
    const auto held = the({.kind = actor_kind::session}).holdings;
    CHECK(std::get<session_view>(held).connections
          == std::vector<std::uint64_t>{one.actor().id(), two.actor().id()});
  }

  TEST_CASE_FIXTURE(figures_node,
                    "all actors together are as busy as time is") {
    // Each message takes a millisecond, and nothing else takes any.
    watch(
      [](const pinned_actor&, const message&) { manual_clock::time += 1ms; });
    for (int i = 0; i < 400; ++i) {
      starts_finding("alice");
      run();
    }
    watch(nullptr);
    double sum = 0;
    for (const auto& each : ask({})) {
      CHECK(each.busy >= 0);
      CHECK(each.busy <= 1);
      sum += each.busy;
    }
    CHECK(sum > 0.9);
    CHECK(sum < 1.1);
  }

  TEST_CASE_FIXTURE(figures_node, "who does nothing is not busy") {
    for (int i = 0; i < 100; ++i)
      advance(100ms);
    for (const auto& each : ask({}))
      CHECK(each.busy == 0);
  }

  TEST_CASE_FIXTURE(figures_node, "a home tells its timers and who waits") {
    const auto before = totals().timers;
    struct later final : timer {
      void expired() override {}
    } one;
    node().at(0).timers().start(one, 5s);
    CHECK(totals().timers == before + 1);
    one.cancel();
    CHECK(totals().timers == before);
    CHECK(totals().ready == 0);
  }

  TEST_CASE_FIXTURE(figures_node, "a home tells that it is draining") {
    CHECK_FALSE(totals().draining);
    const auto alice = client("alice");
    node().drain(10s, [] {});
    run();
    CHECK(totals().draining);
  }
}
