#include "tests/actors/inspected_node.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using fault = test_client::fault;
using lines = deterministic_node::lines;

namespace {

struct metered_node : inspected_node {
  metered_node() : inspected_node(limits()) { alice.says("SUBSCRIBE news"); }

  static limit_settings limits() {
    limit_settings made;
    made.queue_bytes = 100;
    made.queue_age = 10s;
    return made;
  }

  // 50 bytes with its newline.
  static std::string half_full() { return std::string(49, 'x'); }

  std::uint64_t queued() { return counted().queued_bytes; }
  std::uint64_t blocked() { return counted().blocked; }

  connection_view figures(const test_client& of) {
    return std::get<connection_view>(the({.id = of.actor().id()}).holdings);
  }

  // Has alice's link block with so many bytes waiting, less than a queue may
  // hold.
  void hold_up(std::size_t bytes) {
    alice.takes_only(0);
    publish("news", std::string(bytes - 1, 'x'));
    REQUIRE(queued() == bytes);
    REQUIRE(blocked() == 1);
  }

  std::vector<departure> gone() {
    return node().at(0).gone().list({}, std::nullopt, 100);
  }

  test_client alice = client("alice");
};

} // namespace

TEST_SUITE("endpoint figures") {
  TEST_CASE_FIXTURE(metered_node, "what waits is counted until it is written") {
    CHECK(queued() == 0);
    std::uint64_t before_writing = 0;
    alice.upon_flush([&] { before_writing = queued(); });
    publish("news", "hello");
    CHECK(before_writing == 6);
    CHECK(queued() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "what a full link leaves is counted") {
    alice.takes_only(4);
    publish("news", "hello");
    CHECK(queued() == 2);
    CHECK(blocked() == 1);
    publish("news", "more");
    CHECK(queued() == 7);
    alice.reads(3);
    run();
    CHECK(queued() == 4);
    CHECK(blocked() == 1);
    alice.reads();
    run();
    CHECK(queued() == 0);
    CHECK(blocked() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "queues of several clients add up") {
    const auto bob = client("bob");
    bob.says("SUBSCRIBE news");
    alice.takes_only(1);
    bob.takes_only(2);
    publish("news", "hello");
    CHECK(queued() == 5 + 4);
    CHECK(blocked() == 2);
    bob.leaves();
    CHECK(queued() == 5);
    CHECK(blocked() == 1);
  }

  TEST_CASE_FIXTURE(metered_node, "nothing is left of a slow consumer") {
    hold_up(50);
    publish("news", half_full());
    publish("news", half_full());
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    CHECK(queued() == std::string{"closed 3008\n"}.size());
    CHECK(blocked() == 1);
    SUBCASE("that takes its last words") {
      alice.reads();
    }
    SUBCASE("that goes") {
      alice.leaves();
    }
    run();
    CHECK(alice.gone());
    CHECK(queued() == 0);
    CHECK(blocked() == 0);
  }

  TEST_CASE_FIXTURE(metered_node,
                    "what was begun is not dropped with the rest") {
    alice.takes_only(10);
    publish("news", half_full());
    publish("news", half_full());
    publish("news", half_full());
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    CHECK(queued() == 40 + std::string{"closed 3008\n"}.size());
    const auto dropped = gone();
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0].dropped == 2);
    alice.reads();
    run();
    CHECK(queued() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "nothing is left of one that is too old") {
    hold_up(50);
    advance(12s);
    CHECK(alice.closed_with() == close_reasons::slow_consumer);
    alice.leaves();
    CHECK(queued() == 0);
    CHECK(blocked() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "nothing is left of a client that goes") {
    hold_up(50);
    alice.leaves();
    CHECK(queued() == 0);
    CHECK(blocked() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "nothing is left of one that is sent away") {
    hold_up(50);
    disconnect("alice");
    CHECK(queued() == 50 + std::string{"closed 9002\n"}.size());
    alice.reads();
    run();
    CHECK(alice.gone());
    CHECK(queued() == 0);
    CHECK(blocked() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "nothing is left of those that are drained") {
    hold_up(50);
    node().drain(1s, [] {});
    advance(2s);
    alice.leaves();
    CHECK(queued() == 0);
    CHECK(blocked() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "nothing is left of one that fails") {
    SUBCASE("as it is written to") {
      alice.breaks_on(fault::flush);
      publish("news", "hello");
    }
    SUBCASE("as it waits") {
      hold_up(50);
      alice.breaks_on(fault::flush);
      alice.reads();
    }
    SUBCASE("as it is closed") {
      hold_up(50);
      alice.breaks_on(fault::close);
      disconnect("alice");
    }
    run();
    CHECK(alice.gone());
    CHECK(queued() == 0);
    CHECK(blocked() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "nothing is left of one without a framing") {
    test_client made;
    made.has_no_framing();
    opens(made, 0);
    made.says("CONNECT broken:key");
    made.says("SUBSCRIBE news");
    alice.takes_only(0);
    publish("news", "hello");
    CHECK(made.gone());
    CHECK(queued() == 6); // for alice
    alice.leaves();
    CHECK(queued() == 0);
  }

  TEST_CASE_FIXTURE(metered_node, "bytes from the client are its messages") {
    const auto before = figures(alice).bytes_in;
    CHECK(before == std::string{"CONNECT alice:keySUBSCRIBE news"}.size());
    alice.says("nonsense");
    CHECK(figures(alice).bytes_in == before + 8);
  }

  TEST_CASE_FIXTURE(metered_node, "bytes to the client are those written") {
    CHECK(figures(alice).bytes_out == 0);
    publish("news", "hello");
    CHECK(figures(alice).bytes_out == 6);
    alice.takes_only(2);
    publish("news", "hello");
    CHECK(figures(alice).bytes_out == 8);
    CHECK(figures(alice).queued_bytes == 4);
    alice.reads();
    run();
    CHECK(figures(alice).bytes_out == 12);
    CHECK(figures(alice).bytes_out == alice.bytes().size());
  }

  TEST_CASE_FIXTURE(metered_node, "writes, their messages and bytes count") {
    const auto before = counted();
    starts_publishing("news", "one");
    starts_publishing("news", "two");
    run();
    CHECK(counted().writes == before.writes + 1);
    CHECK(counted().written_messages == before.written_messages + 2);
    CHECK(counted().written_bytes == before.written_bytes + 8);
    alice.takes_only(0);
    publish("news", "three");
    CHECK(counted().writes == before.writes + 1); // nothing was written
  }

  TEST_CASE_FIXTURE(metered_node, "a queue tells how much waits, since when") {
    alice.takes_only(0);
    publish("news", "one");
    advance(2s);
    publish("news", "three");
    const auto held = figures(alice);
    CHECK(held.queued_bytes == 10);
    CHECK(held.queued_messages == 2);
    CHECK(held.oldest == 2s);
    alice.reads(4);
    run();
    CHECK(figures(alice).queued_messages == 1);
    CHECK(figures(alice).oldest == 0s);
  }

  TEST_CASE_FIXTURE(metered_node, "one write in 16 tells how long it took") {
    const auto& times = node().at(0).delivery_times();
    for (int i = 0; i < 64; ++i)
      publish("news", "x");
    CHECK(times.count() == 4);
    CHECK(times.max() == 0s);
    // Written at last, two seconds later.
    for (int i = 0; i < 16; ++i) {
      alice.takes_only(0);
      publish("news", "x");
      advance(2s);
      alice.reads();
      run();
    }
    CHECK(times.count() >= 5);
    CHECK(times.max() == 2s);
  }

  TEST_CASE_FIXTURE(metered_node, "a departure is noted once, with its code") {
    alice.says("SUBSCRIBE a");
    disconnect("alice");
    alice.leaves();
    auto all = gone();
    REQUIRE(all.size() == 1);
    CHECK(all[0].reason == close_reasons::disconnected);
    CHECK(all[0].user == "alice");

    // Told to go by one, then by another, and gone before it heard.
    const auto bob = client("bob");
    bob.takes_only(0);
    disconnect("bob");
    node().drain(0ms, [] {});
    run();
    bob.leaves();
    all = gone();
    REQUIRE(all.size() == 2);
    CHECK(all[0].reason == close_reasons::disconnected);
    CHECK(all[0].user == "bob");
  }

  TEST_CASE_FIXTURE(metered_node, "one that fails departs with code 0, once") {
    next_fails<attached>(actor_kind::connection);
    client("bob");
    const auto all = gone();
    REQUIRE(all.size() == 1);
    CHECK(all[0].reason == close_reasons::failed);
    CHECK(node().at(0).gone().by_code() == departures::counts{{0, 1}});
  }
}
