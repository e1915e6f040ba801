#include "actors/tracer.hpp"

#include "tests/support/deterministic_node.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;

namespace {

struct traced_node : deterministic_node {
  using events = std::vector<trace_noted>;

  // Has all homes look on, as an operator does.
  ticket traces(trace_subject about, std::chrono::seconds time = 60s,
                bool with_payload = false) {
    const auto reply = requester().next();
    for (const auto& each : node().shared().inspectors)
      each.tell(
        begin_trace{about, with_payload, node().at(0).now() + time, reply});
    run();
    return reply.ticket;
  }

  ticket traces_user(std::string name, app_id app = first_app) {
    return traces({.user = user_id{app, std::move(name)}});
  }

  ticket traces_channel(std::string name, app_id app = first_app) {
    return traces({.channel = channel_id{app, std::move(name)}});
  }

  void ends(ticket trace) {
    for (const auto& each : node().shared().inspectors)
      each.tell(end_trace{trace});
    run();
  }

  events noted(ticket trace) {
    events all;
    for (const auto& each : requester().replies(trace))
      all.push_back(std::get<trace_noted>(each));
    return all;
  }

  // The words of the events, with their subject if there is one.
  lines told(ticket trace) {
    lines all;
    for (const auto& each : noted(trace))
      all.push_back(std::string{each.event}
                    + (each.subject.empty() ? "" : " " + each.subject));
    return all;
  }

  bool anybody_looks_on() {
    return node().at(0).traces().active() || node().at(1).traces().active();
  }
};

bool contains(const lines& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

TEST_SUITE("tracer") {
  TEST_CASE_FIXTURE(traced_node, "a user's clients and session are told of") {
    const auto trace = traces_user("alice");
    const auto alice = client_on(0, "alice");
    alice.says("SUBSCRIBE news");
    publish("news", "hi");
    send("alice", "you");
    alice.says("UNSUBSCRIBE news");
    alice.leaves();
    const auto all = told(trace);
    for (const char* event :
         {"connect alice", "attach", "subscribe news", "deliver", "send",
          "unsubscribe news", "close", "detach"}) {
      CAPTURE(event);
      CHECK(contains(all, event));
    }
    CHECK_FALSE(contains(all, "join"));
    CHECK_FALSE(contains(all, "publish"));
  }

  TEST_CASE_FIXTURE(traced_node, "others of the same name are not meant") {
    const auto trace = traces_user("alice");
    const auto bob = client_on(0, "bob");
    const auto namesake = client_on(1, "alice", "second");
    namesake.says("SUBSCRIBE alice"); // a channel of that name
    publish("alice", "hi", second_app);
    CHECK(told(trace).empty());
  }

  TEST_CASE_FIXTURE(traced_node, "a channel is told of, and not its clients") {
    const auto trace = traces_channel("news");
    const auto alice = client_on(0, "alice");
    alice.says("SUBSCRIBE news:other");
    publish("news", "hi");
    publish("other", "hi");
    alice.says("UNSUBSCRIBE news");
    CHECK(told(trace) == lines{"join", "publish", "leave"});
    const auto bob = client_on(0, "bob");
    const auto carol = client_on(0, "carol");
    for (const auto& each : {bob, carol})
      each.says("SUBSCRIBE news");
    const auto before = noted(trace).size();
    carol.leaves(); // not the last of its hub
    CHECK(noted(trace).size() == before + 1);
    CHECK(noted(trace).back().event == "leave");
    CHECK(noted(trace).back().count == 1);
    const auto all = noted(trace);
    CHECK(all[0].kind == actor_kind::channel);
    CHECK(all[0].name == "news");
    CHECK(all[0].home == home_of("news"));
    CHECK(all[0].count == 1);
    CHECK(all[1].bytes == 2);
    CHECK(all[1].count == 1);
    CHECK(all[2].count == 0);
  }

  TEST_CASE_FIXTURE(traced_node, "one connection is told of, not its user's") {
    const auto one = client_on(0, "alice");
    const auto two = client_on(0, "alice");
    const auto trace = traces({.connection = one.actor().id()});
    const auto id = one.actor().id();
    send("alice", "hello");
    CHECK(told(trace) == lines{"deliver"});
    const auto all = noted(trace);
    CHECK(all[0].actor == id);
    CHECK(all[0].name == "alice");
    CHECK(all[0].bytes == 5);
  }

  TEST_CASE_FIXTURE(traced_node, "a close is told of with its code") {
    const auto alice = client_on(0, "alice");
    const auto trace = traces({.connection = alice.actor().id()});
    disconnect("alice");
    const auto all = noted(trace);
    REQUIRE(all.size() == 1);
    CHECK(all[0].event == "close");
    CHECK(all[0].count == 9002);
  }

  TEST_CASE_FIXTURE(traced_node, "payloads are told of only if asked for") {
    const auto alice = client_on(0, "alice");
    const auto without = traces_user("alice");
    const auto with = traces({.user = user_id{first_app, "alice"}}, 60s, true);
    send("alice", "secret");
    for (const auto& each : noted(without))
      CHECK(each.payload.empty());
    const auto all = noted(with);
    REQUIRE(all.size() == 2); // send, deliver
    CHECK(all[0].payload == "secret");
    CHECK(all[1].payload == "secret");
  }

  TEST_CASE_FIXTURE(traced_node, "a long payload is cut between characters") {
    const auto alice = client_on(0, "alice");
    const auto trace = traces({.connection = alice.actor().id()}, 60s, true);
    const std::string start(254, 'x');
    send("alice", start + "ab");      // fits
    send("alice", start + "abc");     // one too many
    send("alice", start + "\u00e9!"); // two bytes, fit
    send("alice", start + "\u20ac!"); // three bytes, do not
    send("alice", std::string(253, 'x') + "\U0001f600");
    const auto all = noted(trace);
    REQUIRE(all.size() == 5);
    CHECK(all[0].payload == start + "ab");
    CHECK(all[1].payload == start + "ab");
    CHECK(all[2].payload == start + "\u00e9");
    CHECK(all[3].payload == start);
    CHECK(all[4].payload == std::string(253, 'x'));
    CHECK(all[1].bytes == 257);
  }

  TEST_CASE_FIXTURE(traced_node, "two hundred events a second are told of") {
    const auto alice = client_on(0, "alice");
    const auto trace = traces({.connection = alice.actor().id()});
    for (int i = 0; i < 250; ++i)
      send("alice", "x");
    CHECK(noted(trace).size() == tracer::events_per_second);
    advance(900ms);
    send("alice", "x");
    CHECK(noted(trace).size() == tracer::events_per_second);
    advance(100ms);
    send("alice", "x");
    send("alice", "x");
    const auto all = noted(trace);
    REQUIRE(all.size() == tracer::events_per_second + 2);
    CHECK(all[199].missed == 0);
    CHECK(all[200].missed == 51);
    CHECK(all[201].missed == 0);
  }

  TEST_CASE_FIXTURE(traced_node, "each trace has bounds of its own") {
    const auto alice = client_on(0, "alice");
    const auto bob = client_on(0, "bob");
    const auto one = traces({.connection = alice.actor().id()});
    const auto two = traces({.connection = bob.actor().id()});
    for (int i = 0; i < 250; ++i)
      send("alice", "x");
    send("bob", "x");
    CHECK(noted(one).size() == 200);
    CHECK(noted(two).size() == 1);
    CHECK(noted(two)[0].missed == 0);
  }

  TEST_CASE_FIXTURE(traced_node, "it ends at its time, by itself") {
    const auto alice = client_on(0, "alice");
    const auto trace = traces({.connection = alice.actor().id()}, 3s);
    advance(2900ms);
    send("alice", "x");
    CHECK(noted(trace).size() == 1);
    CHECK(anybody_looks_on());
    advance(100ms);
    send("alice", "x");
    CHECK(noted(trace).size() == 1);
    CHECK_FALSE(node().at(0).traces().active());
  }

  TEST_CASE_FIXTURE(traced_node, "it ends when it is told to, alone") {
    const auto alice = client_on(0, "alice");
    const auto one = traces_user("alice");
    const auto two = traces_user("alice");
    ends(one);
    ends(999); // is nobody's
    send("alice", "x");
    CHECK(noted(one).empty());
    CHECK(noted(two).size() == 2);
    CHECK(anybody_looks_on());
    ends(two);
    CHECK_FALSE(anybody_looks_on());
  }

  TEST_CASE_FIXTURE(traced_node, "eight may look on at a time") {
    const auto alice = client_on(0, "alice");
    std::vector<ticket> all;
    for (std::size_t i = 0; i < tracer::max_traces; ++i)
      all.push_back(traces({.connection = alice.actor().id()}));
    const auto one_too_many = traces({.connection = alice.actor().id()});
    send("alice", "x");
    for (const auto each : all)
      CHECK(noted(each).size() == 1);
    CHECK(noted(one_too_many).empty());
    ends(all.front());
    const auto next = traces({.connection = alice.actor().id()});
    send("alice", "x");
    CHECK(noted(next).size() == 1);
  }

  TEST_CASE_FIXTURE(traced_node, "nobody looks on at first") {
    CHECK_FALSE(anybody_looks_on());
    const auto alice = client_on(0, "alice");
    send("alice", "x");
    CHECK_FALSE(anybody_looks_on());
  }
}
