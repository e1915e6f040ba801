#include "tests/support/deterministic_node.hpp"

#include <string>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;

namespace {

struct tight_queues : deterministic_node {
  static limit_settings limits() {
    limit_settings made;
    made.queue_bytes = 100;
    made.queue_age = 10s;
    made.channel_backlog_bytes = 1000;
    return made;
  }

  tight_queues() : deterministic_node(limits()) {
    alice.says("SUBSCRIBE news");
    bob.says("SUBSCRIBE news");
  }

  // 50 bytes with its newline.
  static std::string half_full(char fill) { return std::string(49, fill); }

  test_client alice = client_on(0, "alice");
  test_client bob = client_on(0, "bob");
};

} // namespace

TEST_SUITE("backpressure") {
  TEST_CASE_FIXTURE(tight_queues,
                    "what a full socket does not take is queued") {
    alice.takes_only(4);
    publish("news", "one");
    publish("news", "two");
    publish("news", "three");
    CHECK(alice.received() == lines{"one"});
    CHECK(alice.actor().state() == "blocked");
    alice.reads(6);
    run();
    CHECK(alice.bytes() == "one\ntwo\nth");
    CHECK(alice.actor().state() == "blocked");
    alice.reads();
    run();
    CHECK(alice.received() == lines{"one", "two", "three"});
    CHECK(alice.actor().state() == "connected");
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a blocked transport is left alone until it is writable") {
    alice.takes_only(0);
    publish("news", "one");
    const auto attempts = alice.flushes();
    publish("news", "two");
    advance(5s);
    CHECK(alice.flushes() == attempts);
  }

  TEST_CASE_FIXTURE(tight_queues, "a queue may be full to the last byte") {
    alice.takes_only(0);
    publish("news", half_full('a'));
    publish("news", half_full('b'));
    CHECK_FALSE(alice.closed_with());
    alice.reads();
    run();
    CHECK(alice.received() == lines{half_full('a'), half_full('b')});
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "beyond its bytes a client is closed with 3008") {
    alice.takes_only(0);
    publish("news", half_full('a'));
    publish("news", half_full('b'));
    CHECK(publish("news", "c") == 2);
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    CHECK(counted().slow_consumers == 1);
    CHECK(bob.received() == lines{half_full('a'), half_full('b'), "c"});
    CHECK(users_in("news") == lines{"bob"});
    CHECK_FALSE(online("alice"));
    // What waited was dropped: it would not read the last words in time.
    alice.reads();
    run();
    CHECK(alice.received() == lines{"closed 3008"});
    CHECK(alice.gone());
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a frame that was begun is completed before the close") {
    alice.takes_only(10);
    publish("news", half_full('a'));
    publish("news", half_full('b'));
    publish("news", half_full('c'));
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    alice.reads();
    run();
    CHECK(alice.received() == lines{half_full('a'), "closed 3008"});
  }

  TEST_CASE_FIXTURE(
    tight_queues, "others on the home get the publication that was too much") {
    // The subscribers change while the hub walks through them.
    std::vector<test_client> slow;
    std::vector<test_client> fast;
    for (int i = 0; i < 10; ++i) {
      auto& group = i % 3 == 0 ? fast : slow;
      group.push_back(client_on(0, "u" + std::to_string(i)));
      group.back().says("SUBSCRIBE news");
    }
    for (const auto& each : slow)
      each.takes_only(0);
    publish("news", half_full('a'));
    publish("news", half_full('b'));
    CHECK(publish("news", "c") == 12);
    for (const auto& each : slow)
      CHECK(each.closed_with() == close_reasons::slow_consumer);
    for (const auto& each : fast)
      CHECK(each.received() == lines{half_full('a'), half_full('b'), "c"});
    CHECK(counted().slow_consumers == slow.size());
    CHECK(publish("news", "d") == 2 + fast.size());
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a client that merely waits for its turn is not slow") {
    const auto attempts = alice.flushes();
    for (char fill = 'a'; fill < 'k'; ++fill)
      starts_publishing("news", half_full(fill));
    run();
    CHECK(alice.flushes() - attempts > 3); // it had its turn as it was full
    CHECK_FALSE(alice.closed_with());
    CHECK_FALSE(bob.closed_with());
    CHECK(alice.received().size() == 10);
    CHECK(bob.received().size() == 10);
    CHECK(counted().slow_consumers == 0);
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "one frame beyond the limit reaches a client that reads") {
    const std::string large(500, 'x');
    publish("news", large);
    CHECK(alice.received() == lines{large});
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "one frame beyond the limit may wait, another may not") {
    alice.takes_only(10);
    publish("news", std::string(500, 'x'));
    CHECK_FALSE(alice.closed_with());
    publish("news", "y");
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    alice.reads();
    run();
    CHECK(alice.received() == lines{std::string(500, 'x'), "closed 3008"});
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a client that takes a frame at a time is not slow") {
    alice.takes_at_once(1);
    for (int i = 0; i < 10; ++i)
      starts_publishing("news", "small");
    for (int i = 0; i < 10; ++i)
      starts_publishing("news", half_full('x'));
    run();
    CHECK(alice.received().size() == 20);
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a client that reads nothing for too long is closed") {
    alice.takes_only(0);
    publish("news", "hi");
    advance(10s);
    CHECK_FALSE(alice.closed_with());
    // Looked at once a second.
    advance(1100ms);
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    CHECK_FALSE(online("alice"));
    CHECK(online("bob"));
    CHECK(counted().slow_consumers == 1);
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a client that reads a little, but in time, may stay") {
    alice.takes_only(0);
    for (int i = 0; i < 10; ++i) {
      publish("news", "hi!");
      advance(5s);
      alice.reads(4);
      alice.takes_only(0);
      run();
    }
    CHECK_FALSE(alice.closed_with());
    CHECK(alice.received().size() == 10);
  }

  TEST_CASE_FIXTURE(tight_queues, "an idle client is never too old") {
    advance(60s);
    publish("news", "hi");
    alice.takes_only(0);
    advance(60s);
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "publications beyond the backlog are refused") {
    // The hub does not come to write while these are asked for.
    const std::string large(400, 'x');
    const auto channel = name_on(1, "busy");
    alice.says("SUBSCRIBE " + channel);
    const auto first = starts_publishing(channel, large);
    const auto second = starts_publishing(channel, large);
    const auto third = starts_publishing(channel, large);
    const auto fourth = starts_publishing(channel, std::string(200, 'y'));
    node().at(1).poll();
    CHECK(answer<publication_accepted>(first).receivers == 1);
    CHECK(answer<publication_accepted>(second).receivers == 1);
    CHECK(answered<publication_refused>(third));
    CHECK(answered<publication_accepted>(fourth));
    CHECK(counted().refused_publications == 1);

    run();
    CHECK(publish(channel, large) == 1);
    CHECK(alice.received()
          == lines{large, large, std::string(200, 'y'), large});
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "one publication is let through, however large") {
    const std::string large(5000, 'x');
    const auto channel = name_on(1, "busy");
    alice.says("SUBSCRIBE " + channel);
    const auto first = starts_publishing(channel, large);
    const auto second = starts_publishing(channel, "y");
    node().at(1).poll();
    CHECK(answered<publication_accepted>(first));
    CHECK(answered<publication_refused>(second));
    run();
    CHECK(publish(channel, large) == 1);
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "credit is given back in full, over and over") {
    const auto channel = name_on(1, "busy");
    alice.says("SUBSCRIBE " + channel);
    bob.says("SUBSCRIBE " + channel);
    for (int i = 0; i < 100; ++i) {
      starts_publishing("news", half_full('x'));
      const auto one = starts_publishing(channel, std::string(500, 'x'));
      const auto two = starts_publishing(channel, std::string(500, 'y'));
      run();
      CHECK(answered<publication_accepted>(one));
      CHECK(answered<publication_accepted>(two));
    }
    CHECK(counted().refused_publications == 0);
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a client that does not read does not hold up a channel") {
    alice.takes_only(0);
    for (int i = 0; i < 100; ++i)
      CHECK(publish("news", half_full('x')) > 0);
    CHECK(counted().refused_publications == 0);
    CHECK(bob.received().size() == 100);
  }

  TEST_CASE_FIXTURE(tight_queues,
                    "a subscriber that goes takes its debt along") {
    const auto channel = name_on(1, "busy");
    const auto carol = client_on(0, "carol");
    carol.says("SUBSCRIBE " + channel);
    starts_publishing(channel, std::string(900, 'x'));
    node().at(1).poll();
    carol.leaves();
    const auto dave = client_on(0, "dave");
    dave.says("SUBSCRIBE " + channel);
    CHECK(publish(channel, std::string(900, 'y')) == 1);
    CHECK(dave.received() == lines{std::string(900, 'y')});
  }
}
