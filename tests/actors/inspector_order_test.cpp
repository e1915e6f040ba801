#include "tests/actors/inspected_node.hpp"

#include <string>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;
using values = std::vector<std::uint64_t>;

namespace {

struct ordered_node : inspected_node {
  ordered_node() : inspected_node(limits()) {
    for (const auto& each : {alice, bob, carol})
      each.says("SUBSCRIBE news");
  }

  static limit_settings limits() {
    limit_settings made;
    made.queue_bytes = 50;
    made.queue_age = 1h;
    return made;
  }

  lines connections(actor_order by) {
    return names({.which = {.kind = actor_kind::connection}, .order = by});
  }

  // What the list of a kind is ordered by, in its order.
  values ranks(actor_kind kind, actor_order by) {
    values found;
    for (const auto& each : ask({.which = {.kind = kind}, .order = by}))
      found.push_back(each.rank.value);
    return found;
  }

  test_client alice = client("alice");
  test_client bob = client("bob");
  test_client carol = client("carol");
};

} // namespace

TEST_SUITE("inspector order") {
  TEST_CASE_FIXTURE(ordered_node, "by bytes that wait") {
    bob.takes_only(0);
    carol.takes_only(2);
    publish("news", "hello");
    CHECK(connections(actor_order::queued_bytes)
          == lines{"bob", "carol", "alice"});
    CHECK(ranks(actor_kind::connection, actor_order::queued_bytes)
          == values{6, 4, 0});
  }

  TEST_CASE_FIXTURE(ordered_node, "by messages that wait") {
    carol.takes_only(0);
    publish("news", "a");
    bob.takes_only(0);
    publish("news", "b");
    CHECK(connections(actor_order::queued_messages)
          == lines{"carol", "bob", "alice"});
    CHECK(ranks(actor_kind::connection, actor_order::queued_messages)
          == values{2, 1, 0});
  }

  TEST_CASE_FIXTURE(ordered_node, "by how long the first has waited") {
    bob.takes_only(0);
    publish("news", "a");
    advance(3s);
    carol.takes_only(0);
    publish("news", "b");
    advance(1s);
    CHECK(connections(actor_order::queue_age)
          == lines{"bob", "carol", "alice"});
    CHECK(ranks(actor_kind::connection, actor_order::queue_age).back() == 0);
  }

  TEST_CASE_FIXTURE(ordered_node, "by messages that were given up") {
    carol.takes_only(0);
    const std::string text(30, 'x');
    publish("news", text);
    publish("news", text); // more than the queue may hold
    CHECK(connections(actor_order::dropped).front() == "carol");
    CHECK(ranks(actor_kind::connection, actor_order::dropped)
          == values{2, 0, 0});
  }

  TEST_CASE_FIXTURE(ordered_node, "by bytes from the client") {
    const auto before = ranks(actor_kind::connection, actor_order::bytes_in);
    bob.says("UNSUBSCRIBE what it is not subscribed to");
    CHECK(connections(actor_order::bytes_in).front() == "bob");
    CHECK(ranks(actor_kind::connection, actor_order::bytes_in).front()
          == std::string{"CONNECT bob:keySUBSCRIBE news"
                         "UNSUBSCRIBE what it is not subscribed to"}
               .size());
  }

  TEST_CASE_FIXTURE(ordered_node, "by bytes to the client") {
    send("bob", "only you");
    publish("news", "all");
    alice.takes_only(1);
    publish("news", "more");
    CHECK(connections(actor_order::bytes_out)
          == lines{"bob", "carol", "alice"});
    CHECK(ranks(actor_kind::connection, actor_order::bytes_out)
          == values{18, 9, 5});
  }

  TEST_CASE_FIXTURE(ordered_node, "by subscribers and by connections") {
    alice.says("SUBSCRIBE few");
    const auto again = client("alice");
    CHECK(names({.which = {.kind = actor_kind::channel},
                 .order = actor_order::members})
          == lines{"news", "few"});
    CHECK(ranks(actor_kind::channel, actor_order::members) == values{3, 1});
    CHECK(names({.which = {.kind = actor_kind::session},
                 .order = actor_order::members})
            .front()
          == "alice");
    CHECK(ranks(actor_kind::session, actor_order::members) == values{2, 1, 1});
    CHECK(ranks(actor_kind::connection, actor_order::members)
          == values{0, 0, 0, 0});
  }

  TEST_CASE_FIXTURE(ordered_node, "by failures before") {
    alice.says("SUBSCRIBE broken");
    next_fails<thunderpush::publish>(actor_kind::channel);
    starts_publishing("broken", "lost");
    run();
    CHECK(names({.which = {.kind = actor_kind::channel},
                 .order = actor_order::restarts})
          == lines{"broken", "news"});
    CHECK(ranks(actor_kind::channel, actor_order::restarts) == values{1, 0});
  }

  TEST_CASE_FIXTURE(ordered_node, "by memory") {
    const auto all
      = ask({.which = {.kind = actor_kind::connection, .name = "alice"}});
    const auto before = all.front().memory_bytes;
    CHECK(before >= sizeof(connection));
    for (int i = 0; i < 50; ++i)
      alice.says("SUBSCRIBE c" + std::to_string(i));
    CHECK(connections(actor_order::memory).front() == "alice");
    CHECK(ranks(actor_kind::connection, actor_order::memory).front()
          > before + 50 * sizeof(void*));
  }

  TEST_CASE_FIXTURE(ordered_node, "by messages handled and by age") {
    for (int i = 0; i < 5; ++i)
      publish("news", "x");
    advance(2s);
    carol.says("SUBSCRIBE young");
    const auto channels = [this](actor_order by) {
      return names({.which = {.kind = actor_kind::channel}, .order = by});
    };
    CHECK(channels(actor_order::handled) == lines{"news", "young"});
    CHECK(channels(actor_order::age) == lines{"news", "young"});
  }

  TEST_CASE_FIXTURE(ordered_node, "by the fullest a mailbox has been") {
    const auto directory = [this] {
      return ask({.which = {.kind = actor_kind::directory},
                  .order = actor_order::mailbox_peak})
        .front();
    };
    for (int i = 0; i < 20; ++i)
      starts_finding("alice");
    run();
    CHECK(directory().mailbox == 0);
    CHECK(directory().mailbox_peak == 20);
    CHECK(directory().rank.value == 20);
  }

  TEST_CASE_FIXTURE(ordered_node, "pages by age go on while time passes") {
    for (int i = 0; i < 5; ++i) {
      advance(2s);
      client("u" + std::to_string(i));
    }
    for (const auto by : {actor_order::age, actor_order::queue_age}) {
      lines all;
      question next{
        .which = {.kind = actor_kind::connection}, .order = by, .limit = 3};
      for (auto part = ask(next); !part.empty(); part = ask(next)) {
        for (const auto& each : part)
          all.push_back(each.name);
        next.after = part.back().rank;
        advance(3s);
      }
      CHECK(all
            == lines{"alice", "bob", "carol", "u0", "u1", "u2", "u3", "u4"});
    }
  }

  TEST_CASE_FIXTURE(ordered_node, "a figure that others do not have is 0") {
    for (const auto by :
         {actor_order::queued_bytes, actor_order::queued_messages,
          actor_order::queue_age, actor_order::dropped, actor_order::bytes_in,
          actor_order::bytes_out, actor_order::members})
      for (const auto value : ranks(actor_kind::hub, by))
        CHECK(value == 0);
  }

  TEST_CASE_FIXTURE(ordered_node, "each order is told in pages") {
    for (int i = 0; i < 10; ++i)
      client("u" + std::to_string(i)).says("SUBSCRIBE c" + std::to_string(i));
    for (auto by = actor_order::id; by <= actor_order::members;
         by = static_cast<actor_order>(static_cast<int>(by) + 1)) {
      CAPTURE(static_cast<int>(by));
      values whole;
      for (const auto& each : ask({.order = by}))
        whole.push_back(each.id);
      values joined;
      question next{.order = by, .limit = 7};
      for (auto part = ask(next); !part.empty(); part = ask(next)) {
        for (const auto& each : part)
          joined.push_back(each.id);
        next.after = part.back().rank;
      }
      // What answers is busier with each page, so that it may change places.
      if (by == actor_order::handled || by == actor_order::busy)
        continue;
      CHECK(joined == whole);
    }
  }
}
