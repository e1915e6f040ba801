#include "tests/support/deterministic_node.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;

namespace {

// Two clients that are subscribed to "news" on one home; messages of 50 bytes
// with their newline, of which two fill a queue.
struct slow_node : deterministic_node {
  static limit_settings limits() {
    limit_settings made;
    made.queue_bytes = 100;
    made.queue_age = 10s;
    return made;
  }

  explicit slow_node(const limit_settings& chosen = limits())
    : deterministic_node(chosen) {
    alice.says("SUBSCRIBE news:other");
    bob.says("SUBSCRIBE news");
  }

  // Publishes under a policy, and returns all replies.
  std::vector<recording_requester::reply>
  publish_as(slow_policy slow, std::string text, std::string channel = "news",
             bool detailed = false) {
    const auto asked = asks(thunderpush::publish{
      {first_app, std::move(channel)},
      std::make_shared<const publication>(publication{
        std::move(text), manual_clock::time, delivery_options{slow, false}}),
      requester().next(),
      detailed});
    run();
    return requester().replies(asked);
  }

  // The same, and what hubs reported, in sum.
  publication_delivered detail_of(slow_policy slow, std::string text) {
    publication_delivered sum;
    std::size_t expected = 99;
    std::size_t reported = 0;
    for (const auto& each : publish_as(slow, std::move(text), "news", true)) {
      if (const auto* some = std::get_if<publication_delivered>(&each)) {
        sum.queued += some->queued;
        sum.dropped += some->dropped;
        sum.slow += some->slow;
        ++reported;
      } else {
        expected = std::get<publication_accepted>(each).reports;
      }
    }
    CHECK(reported == expected);
    return sum;
  }

  static std::string half_full(char fill) { return std::string(49, fill); }

  test_client alice = client_on(0, "alice");
  test_client bob = client_on(0, "bob");
};

struct tight_memory : slow_node {
  static limit_settings limits() {
    auto made = slow_node::limits();
    made.queue_bytes = 100'000'000;
    made.memory_budget = 1'000'000;
    return made;
  }

  tight_memory() : slow_node(limits()) {}
};

bool is_sum(const publication_delivered& what, std::size_t queued,
            std::size_t dropped, std::size_t slow) {
  CAPTURE(what.queued);
  CAPTURE(what.dropped);
  CAPTURE(what.slow);
  const bool is
    = what.queued == queued && what.dropped == dropped && what.slow == slow;
  CHECK(is);
  return is;
}

constexpr auto closing = slow_policy::disconnect;
constexpr auto drop_oldest = slow_policy::drop_oldest;
constexpr auto latest = slow_policy::latest;

} // namespace

TEST_SUITE("slow policy") {
  TEST_CASE_FIXTURE(slow_node, "the oldest messages make room for the newest") {
    alice.takes_only(0);
    for (char fill = 'a'; fill <= 'e'; ++fill)
      publish_as(drop_oldest, half_full(fill));
    CHECK_FALSE(alice.closed_with());
    CHECK(counted().queued_bytes == 100);
    alice.reads();
    run();
    CHECK(alice.received() == lines{half_full('d'), half_full('e')});
    CHECK(bob.received().size() == 5);
    CHECK(counted().dropped_as_oldest == 3);
    CHECK(counted().slow_consumers == 0);
    CHECK(counted().queued_bytes == 0);
    CHECK(alice.actor().figure(actor_order::dropped) == 3);
  }

  TEST_CASE_FIXTURE(slow_node, "a message that was begun is completed") {
    alice.takes_only(10);
    for (char fill = 'a'; fill <= 'e'; ++fill)
      publish_as(drop_oldest, half_full(fill));
    alice.reads();
    run();
    CHECK(alice.received() == lines{half_full('a'), half_full('e')});
    CHECK(counted().dropped_as_oldest == 3);
  }

  TEST_CASE_FIXTURE(slow_node, "who keeps up misses nothing under any policy") {
    for (const auto each : {drop_oldest, latest})
      for (char fill = 'a'; fill <= 'j'; ++fill)
        publish_as(each, half_full(fill));
    CHECK(alice.received().size() == 20);
    CHECK(counted().dropped_by_policy() == 0);
  }

  TEST_CASE_FIXTURE(slow_node,
                    "messages for the user stay, whatever else is dropped") {
    alice.takes_only(0);
    send("alice", half_full('u'));
    for (char fill = 'a'; fill <= 'e'; ++fill)
      publish_as(drop_oldest, half_full(fill));
    alice.reads();
    run();
    CHECK(alice.received() == lines{half_full('u'), half_full('e')});
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(slow_node,
                    "a client that owes too much is closed in spite of that") {
    alice.takes_only(0);
    publish_as(drop_oldest, half_full('a'));
    publish_as(closing, half_full('b'));
    publish_as(closing, half_full('c')); // in the place of the first
    CHECK_FALSE(alice.closed_with());
    CHECK(counted().dropped_as_oldest == 1);
    publish_as(closing, "d");
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    CHECK(counted().dropped_by_disconnect == 3);
    CHECK(counted().queued_bytes == 12); // the last words
    alice.reads();
    run();
    CHECK(counted().queued_bytes == 0);
  }

  TEST_CASE_FIXTURE(slow_node, "only the newest message of a channel waits") {
    alice.takes_only(0);
    for (char fill = 'a'; fill <= 'e'; ++fill) {
      publish_as(latest, "news " + std::string{fill});
      publish_as(latest, "other " + std::string{fill}, "other");
    }
    alice.reads();
    run();
    CHECK(alice.received() == lines{"news e", "other e"});
    CHECK(counted().dropped_for_latest == 8);
    CHECK(bob.received().size() == 5);
    CHECK(counted().queued_bytes == 0);
  }

  TEST_CASE_FIXTURE(slow_node,
                    "what waited before a client was blocked counts as well") {
    alice.takes_only(3);
    for (char fill = 'a'; fill <= 'c'; ++fill)
      asks(thunderpush::publish{{first_app, "news"},
                                std::make_shared<const publication>(publication{
                                  std::string(4, fill), {}, {latest, false}}),
                                requester().next()});
    run();
    publish_as(latest, "dddd");
    alice.reads();
    run();
    CHECK(alice.received() == lines{"aaaa", "dddd"});
  }

  TEST_CASE_FIXTURE(slow_node,
                    "newest messages beyond the bytes go as the oldest do") {
    std::string channels = "SUBSCRIBE c0";
    for (int i = 1; i < 5; ++i)
      channels += ":c" + std::to_string(i);
    alice.says(channels);
    alice.takes_only(0);
    for (int i = 0; i < 5; ++i)
      publish_as(latest, half_full(static_cast<char>('0' + i)),
                 "c" + std::to_string(i));
    alice.reads();
    run();
    CHECK(alice.received() == lines{half_full('3'), half_full('4')});
    CHECK(counted().dropped_for_latest == 3);
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(slow_node,
                    "a channel that comes after another is not taken for it") {
    alice.takes_only(0);
    publish_as(latest, "old", "other");
    alice.says("UNSUBSCRIBE other");
    alice.says("SUBSCRIBE fresh"); // may have the number of the one before
    publish_as(latest, "new", "fresh");
    alice.reads();
    run();
    CHECK(alice.received() == lines{"old", "new"});
  }

  TEST_CASE_FIXTURE(slow_node, "messages that are too old go by themselves") {
    alice.takes_only(0);
    publish_as(drop_oldest, "old");
    advance(8s);
    publish_as(drop_oldest, "new");
    advance(4s);
    CHECK(counted().dropped_as_oldest == 1);
    CHECK_FALSE(alice.closed_with());
    advance(10s);
    CHECK(counted().dropped_as_oldest == 2);
    CHECK_FALSE(alice.closed_with());
    CHECK(counted().queued_bytes == 0);
    alice.reads();
    publish_as(drop_oldest, "again");
    CHECK(alice.received() == lines{"again"});
  }

  TEST_CASE_FIXTURE(slow_node, "the newest message of a channel is never old") {
    alice.takes_only(2);
    publish_as(latest, "old");
    publish_as(latest, "new");
    advance(60s);
    CHECK_FALSE(alice.closed_with());
    alice.reads();
    run();
    CHECK(alice.received() == lines{"old", "new"});
  }

  TEST_CASE_FIXTURE(slow_node, "what must arrive is too old in spite of that") {
    alice.takes_only(0);
    publish_as(drop_oldest, "may go");
    send("alice", "must not");
    advance(11100ms);
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
  }

  TEST_CASE_FIXTURE(slow_node, "no bytes are counted twice or forgotten") {
    alice.takes_only(7);
    for (int i = 0; i < 200; ++i) {
      const std::string text(static_cast<std::size_t>(i % 41), 'x');
      publish_as(i % 3 == 0 ? latest : drop_oldest, text,
                 i % 2 == 0 ? "news" : "other");
      if (i % 7 == 0)
        alice.reads(static_cast<std::size_t>(i % 13));
      run();
    }
    CHECK_FALSE(alice.closed_with());
    CHECK(counted().queued_bytes <= 100);
    alice.reads();
    run();
    CHECK(counted().queued_bytes == 0);
  }
}

TEST_SUITE("delivery in detail") {
  TEST_CASE_FIXTURE(slow_node, "where all keep up nothing is queued") {
    client_on(1, "carol").says("SUBSCRIBE news");
    CHECK(is_sum(detail_of(closing, "hi"), 0, 0, 0));
  }

  TEST_CASE_FIXTURE(slow_node, "a message that has to wait is queued") {
    alice.takes_only(0);
    publish_as(closing, "first"); // blocks her
    CHECK(is_sum(detail_of(closing, "hi"), 1, 0, 0));
    client_on(1, "carol").says("SUBSCRIBE news");
    bob.takes_only(0);
    publish_as(closing, "second");
    CHECK(is_sum(detail_of(closing, "ho"), 2, 0, 0));
  }

  TEST_CASE_FIXTURE(slow_node, "what had to make room is dropped") {
    alice.takes_only(0);
    publish_as(drop_oldest, half_full('a'));
    publish_as(drop_oldest, "b");
    publish_as(drop_oldest, "c");
    CHECK(is_sum(detail_of(drop_oldest, std::string(97, 'd')), 1, 2, 0));
    CHECK(is_sum(detail_of(latest, "e"), 1, 1, 0));
    CHECK(is_sum(detail_of(latest, "f"), 1, 1, 0));
  }

  TEST_CASE_FIXTURE(slow_node, "who is closed by it is slow, and not queued") {
    alice.takes_only(0);
    publish_as(closing, half_full('a'));
    publish_as(closing, half_full('b'));
    CHECK(is_sum(detail_of(closing, "c"), 0, 0, 1));
    CHECK(is_sum(detail_of(closing, "d"), 0, 0, 0));
  }

  TEST_CASE_FIXTURE(slow_node, "a channel that nobody has reports nothing") {
    const auto replies = publish_as(closing, "hi", "nobody", true);
    REQUIRE(replies.size() == 1);
    const auto& only = std::get<publication_accepted>(replies.front());
    CHECK(only.receivers == 0);
    CHECK(only.reports == 0);
  }

  TEST_CASE_FIXTURE(slow_node, "who did not ask is not told") {
    CHECK(publish_as(closing, "hi").size() == 1);
  }

  TEST_CASE_FIXTURE(slow_node,
                    "of a message for a user each connection is reported") {
    const auto again = client_on(1, "alice");
    alice.takes_only(0);
    send("alice", "blocks one of them");
    const auto asked = asks(send_to_user{
      {first_app, "alice"}, element("hi"), requester().next(), true});
    run();
    const auto& replies = requester().replies(asked);
    std::size_t queued = 0;
    std::size_t reported = 0;
    std::size_t expected = 0;
    for (const auto& each : replies)
      if (const auto* one = std::get_if<publication_delivered>(&each)) {
        queued += one->queued;
        ++reported;
      } else {
        expected = std::get<publication_accepted>(each).reports;
      }
    CHECK(reported == 2);
    CHECK(expected == 2);
    CHECK(queued == 1);
  }

  TEST_CASE_FIXTURE(slow_node, "a hub that fails to deliver says so") {
    next_fails<fan_out>(actor_kind::hub);
    const auto replies = publish_as(closing, "hi", "news", true);
    REQUIRE(replies.size() == 2);
    CHECK(std::holds_alternative<request_failed>(replies.back()));
  }
}

TEST_SUITE("shedding") {
  TEST_CASE_FIXTURE(tight_memory, "the longest queue goes first") {
    alice.takes_only(0);
    bob.takes_only(0);
    send("bob", std::string(200'000, 'b'));
    send("alice", std::string(100'000, 'a'));
    CHECK(counted().shed_connections == 0);
    for (int i = 0; i < 3 && !bob.closed_with(); ++i)
      send("bob", std::string(100'000, 'b'));
    CHECK(bob.closed_with() == close_reasons::slow_consumer);
    CHECK_FALSE(alice.closed_with());
    CHECK(counted().shed_connections == 1);
    CHECK(counted().slow_consumers == 1);
  }

  TEST_CASE_FIXTURE(tight_memory, "who keeps up is not touched") {
    for (int i = 0; i < 50; ++i)
      send("alice", std::string(100'000, 'a'));
    CHECK_FALSE(alice.closed_with());
    CHECK(counted().shed_connections == 0);
    CHECK(node().at(0).memory().bytes() == 0);
  }

  TEST_CASE_FIXTURE(tight_memory,
                    "all go that hold what is shared, until it is freed") {
    for (const auto& each : {alice, bob})
      each.takes_only(0);
    // Two bytes for each that is queued: the element, and its line.
    for (int i = 0; i < 6; ++i)
      publish_as(closing, std::string(100'000, 'x'));
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    CHECK(bob.closed_with() == close_reasons::slow_consumer);
    CHECK(node().at(0).memory().bytes() < 100'000);
  }

  TEST_CASE_FIXTURE(tight_memory, "nobody comes in until memory is there") {
    alice.takes_only(10); // what was begun cannot be dropped
    send("alice", std::string(600'000, 'a'));
    advance(100ms);
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    CHECK(std::holds_alternative<admission::refusal>(
      node().hub_at(1).admit(std::nullopt)));
    CHECK(
      counted()
        .refused_clients[static_cast<std::size_t>(admission::refusal::memory)]
      == 1);
    alice.reads();
    advance(1s);
    CHECK(std::holds_alternative<admission::place>(
      node().hub_at(1).admit(std::nullopt)));
  }

  TEST_CASE_FIXTURE(slow_node, "memory that was used is given back") {
    alice.takes_only(0);
    for (int i = 0; i < 10; ++i)
      publish_as(drop_oldest, half_full('x'));
    CHECK(node().at(0).memory().bytes() > 100);
    alice.reads();
    run();
    bob.vanishes();
    run();
    for (std::size_t i = 0; i < node().size(); ++i)
      CHECK(node().at(i).memory().bytes() == 0);
  }
}
