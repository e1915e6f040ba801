#include "tests/support/deterministic_node.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;

namespace {

constexpr auto main_app = deterministic_node::first_app;

struct slow_talk : deterministic_node {
  static limit_settings limits() {
    limit_settings made;
    made.message_rate = 4;
    return made;
  }

  slow_talk() : deterministic_node(limits()) {}

  // A client that subscribes to so many channels at once.
  test_client talker(int channels) {
    auto who = client_on(0, "alice"); // its first message
    for (int i = 0; i < channels; ++i)
      who.sends("SUBSCRIBE c" + std::to_string(i));
    run();
    return who;
  }
};

struct quota_node : deterministic_node {
  quota_node() { allow(2); }

  void allow(std::size_t connections) {
    node().reload({.apps = applications{{{"main", "key"}, {"other", "second"}}},
                   .quotas = {{connections, 0}, {}}});
    run();
  }

  std::size_t used() {
    return node().shared().usage_of(main_app).connections();
  }
};

struct address_node : deterministic_node {
  static limit_settings limits() {
    limit_settings made;
    made.connections_per_address = 1;
    return made;
  }

  address_node() : deterministic_node(limits()) {}

  // Lets a client in, if there is a place for it.
  bool enters(const test_client& who, std::size_t home = 0) {
    const auto address = parse_ip_address("192.0.2.1");
    auto verdict = node().hub_at(home).admit(address);
    if (std::holds_alternative<admission::refusal>(verdict))
      return false;
    who.settles_by([this] { run(); });
    thunderpush::visitor comes;
    comes.place = std::get<admission::place>(std::move(verdict));
    node().hub_at(home).open(who.link(), std::move(comes));
    run();
    return true;
  }
};

} // namespace

TEST_SUITE("message rate") {
  TEST_CASE_FIXTURE(slow_talk,
                    "a client that says too much waits, and loses nothing") {
    const auto who = talker(8);
    CHECK(who.messages_done() == 3);
    CHECK(counted().pauses == 1);
    advance(1s);
    CHECK(who.messages_done() >= 6);
    CHECK(who.messages_done() <= 8);
    advance(1s);
    CHECK(who.messages_done() == 9);
    CHECK(users_in("c7") == lines{"alice"});
    CHECK_FALSE(who.closed_with());
  }

  TEST_CASE_FIXTURE(slow_talk, "who says little never waits") {
    const auto who = client_on(0, "alice");
    for (int i = 0; i < 20; ++i) {
      who.says("SUBSCRIBE c" + std::to_string(i));
      CHECK(who.messages_done() == static_cast<std::size_t>(i) + 2);
      advance(300ms);
    }
    CHECK(counted().pauses == 0);
  }

  TEST_CASE_FIXTURE(slow_talk, "a timer runs only while somebody waits") {
    const auto timers = timer_wheel::running();
    const auto who = talker(4);
    CHECK(timer_wheel::running() == timers + 1);
    advance(2s);
    CHECK(timer_wheel::running() == timers);
  }

  TEST_CASE_FIXTURE(slow_talk, "who leaves while it waits leaves for good") {
    const auto timers = timer_wheel::running();
    const auto who = talker(8);
    who.leaves();
    CHECK(timer_wheel::running() == timers);
    advance(2s);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(slow_talk, "who is disconnected while it waits goes") {
    const auto timers = timer_wheel::running();
    const auto who = talker(8);
    disconnect("alice");
    CHECK(timer_wheel::running() == timers);
    advance(2s);
    CHECK(who.gone());
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(slow_talk, "a transport that fails to go on is ended") {
    const auto who = talker(8);
    who.breaks_on(test_client::fault::resume);
    advance(1s);
    CHECK(who.gone());
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node, "the usual rate is a thousand") {
    const auto who = client_on(0, "alice");
    for (int i = 0; i < 998; ++i)
      who.sends("SUBSCRIBE c");
    run();
    CHECK(counted().pauses == 0);
    for (int i = 0; i < 3; ++i)
      who.sends("SUBSCRIBE c");
    run();
    CHECK(counted().pauses == 1);
    CHECK(who.messages_done() < 1002);
    advance(100ms);
    CHECK(who.messages_done() == 1002);
  }
}

TEST_SUITE("clients of an application") {
  TEST_CASE_FIXTURE(quota_node, "there are as many as it may have") {
    client_on(0, "alice");
    client_on(1, "bob");
    const auto third = client_on(0, "carol");
    CHECK(third.closed_with() == close_reasons::too_many_connections);
    CHECK(third.received() == lines{"closed 3505"});
    CHECK_FALSE(online("carol"));
    CHECK(users_online() == 2);
    CHECK(used() == 2);
    CHECK(counted()
            .refused_clients[static_cast<std::size_t>(admission::refusal::app)]
          == 1);
  }

  TEST_CASE_FIXTURE(quota_node, "those of another one do not count") {
    for (int i = 0; i < 5; ++i)
      CHECK_FALSE(
        client_on(0, "u" + std::to_string(i), "second").closed_with());
    CHECK(used() == 0);
    CHECK_FALSE(client_on(0, "alice").closed_with());
  }

  TEST_CASE_FIXTURE(quota_node, "who has not said who it is does not count") {
    visitor();
    visitor();
    visitor();
    CHECK(used() == 0);
  }

  TEST_CASE_FIXTURE(quota_node, "whoever ends makes room, however it ends") {
    const auto one = client_on(0, "alice");
    const auto other = client_on(1, "bob");
    one.leaves();
    CHECK(used() == 1);
    other.breaks_on(test_client::fault::flush);
    send("bob", "hi");
    CHECK(other.gone());
    CHECK(used() == 0);
    const auto third = client_on(0, "carol");
    disconnect("carol");
    CHECK(third.gone());
    CHECK(used() == 0);
    CHECK_FALSE(client_on(0, "dave").closed_with());
  }

  TEST_CASE_FIXTURE(quota_node, "a limit that changes holds from then on") {
    client_on(0, "alice");
    client_on(1, "bob");
    allow(1);
    CHECK(used() == 2);
    CHECK(client_on(0, "carol").closed_with()
          == close_reasons::too_many_connections);
    allow(0);
    CHECK_FALSE(client_on(0, "carol").closed_with());
    CHECK(used() == 3);
  }
}

TEST_SUITE("clients of an address") {
  TEST_CASE_FIXTURE(address_node, "a place is free once its client is gone") {
    const test_client first;
    CHECK(node().hub_at(0).asks_for_address());
    CHECK(enters(first, 0));
    CHECK_FALSE(enters({}, 1));
    CHECK(node().door().connections() == 1);
    first.says("CONNECT alice:key");
    CHECK_FALSE(enters({}, 0)); // it keeps its place as it says who it is
    first.leaves();
    CHECK(node().door().connections() == 0);
    CHECK(enters({}, 1));
  }

  TEST_CASE_FIXTURE(address_node,
                    "a transport that breaks down gives its place back") {
    for (const auto how :
         {test_client::fault::start, test_client::fault::close}) {
      const test_client who;
      who.breaks_on(how);
      CHECK(enters(who));
      who.says("CONNECT alice:wrong");
      run();
      CHECK(who.gone());
      CHECK(node().door().connections() == 0);
    }
  }
}
