#include "config/log.hpp"
#include "tests/transport/http_fixture.hpp"
#include "transport/http/connection.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

// Counts what it is told, and notices if that is within a call of its own.
class audience final : public response_observer {
public:
  void drained() override {
    CHECK_FALSE(calls);
    ++times_drained;
  }

  void lost() override {
    CHECK_FALSE(calls);
    ++times_lost;
  }

  bool hears(int drained, int lost) const {
    CHECK(times_drained == drained);
    CHECK(times_lost == lost);
    return times_drained == drained && times_lost == lost;
  }

  bool calls = false; // the connection, now
  int times_drained = 0;
  int times_lost = 0;
};

using chunks = std::vector<std::string>;

// `/held` holds the answer until the test gives it.
class held_fixture : public http_fixture {
public:
  held_fixture() {
    offers("/held", [this](const auto& request, const auto& client) {
      served.emplace_back(request.target);
      held = client;
      within([this] { held->hold(who); });
    });
  }

  // A client whose request is held.
  peer& asks(std::string_view behind = {}, buffer_sizes sizes = {}) {
    auto& client = visits(sizes);
    client.sends(get("/held") + std::string{behind});
    REQUIRE(eventually([this] { return held != nullptr; }));
    settle();
    return client;
  }

  // A client that reads nothing, whose answer is a stream.
  peer& asks_and_stops() {
    auto& client = asks({}, small_buffers);
    client.stops_reading();
    begins();
    return client;
  }

  template <class Work>
  void within(Work&& work) {
    who.calls = true;
    work();
    who.calls = false;
  }

  void begins() {
    within([this] {
      held->begin({200, "text/plain", {{"X", "y"}}, "unused"});
    });
  }

  bool sends(std::string_view part) {
    bool taken = false;
    within([&] {
      held->add(part);
      taken = held->send();
    });
    return taken;
  }

  void ends_answer() {
    within([this] { held->end(); });
  }

  void answers(std::string body) {
    within([&] { held->respond(text(std::move(body))); });
  }

  // What has come of an answer in parts.
  static http_answer seen_by(const peer& client) {
    std::string_view rest{client.received()};
    return read_answer(rest);
  }

  audience who;
  std::shared_ptr<http_connection> held;
};

const std::string large(std::size_t{4} << 20, 'x');

} // namespace

TEST_SUITE("held HTTP answer") {
  // -- one answer, late ------------------------------------------------------

  TEST_CASE_FIXTURE(held_fixture, "it may take as long as it likes") {
    auto& client = asks();
    passes(3'600'000ms);
    CHECK(client.ended() == peer::ending::none);
    CHECK(client.received() == "");
    CHECK_FALSE(held->is_answered());
    answers("at last");
    CHECK(held->is_answered());
    CHECK(answer_to(client).body == "at last");
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "the connection lives on after it") {
    auto& client = asks();
    answers("one");
    CHECK(answer_to(client).body == "one");
    client.sends(get("/echo"));
    CHECK(answer_to(client).body == "GET /echo ");
    client.sends(get("/held"));
    settle();
    answers("two");
    CHECK(answer_to(client).body == "two");
    client.closes();
    settle();
    CHECK(who.hears(0, 0));
    held.reset();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(held_fixture, "it may be given within the call that asks") {
    offers("/at-once", [this](const auto&, const auto& client) {
      within([&] {
        client->hold(who);
        client->respond(text("here"));
      });
    });
    auto& client = visits();
    client.sends(get("/at-once") + get("/at-once") + get("/echo"));
    REQUIRE(eventually([&] { return client.received().ends_with("/echo "); }));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "here");
    CHECK(take_answer(received).body == "here");
    CHECK(take_answer(received).body == "GET /echo ");
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "the first one counts") {
    auto& client = asks();
    answers("first");
    answers("second");
    CHECK(answer_to(client).body == "first");
  }

  TEST_CASE_FIXTURE(held_fixture, "it ends the connection if that was wanted") {
    auto& client = visits();
    client.sends("GET /held HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    settle();
    answers("bye");
    CHECK(held->is_answered());
    CHECK(ends(client));
    const auto seen = answer_to(client);
    CHECK(seen.body == "bye");
    CHECK(seen.has("Connection: close"));
    CHECK(who.hears(0, 0));
  }

  // -- requests behind it ----------------------------------------------------

  TEST_CASE_FIXTURE(held_fixture,
                    "requests that came with it are answered after it") {
    auto& client = asks(get("/echo/1") + get("/late/2") + get("/echo/3"));
    CHECK(client.received() == "");
    answers("zero");
    REQUIRE(serves());
    settle();
    answers_late("two");
    REQUIRE(eventually([&] { return client.received().ends_with("/3 "); }));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "zero");
    CHECK(take_answer(received).body == "GET /echo/1 ");
    CHECK(take_answer(received).body == "two");
    CHECK(take_answer(received).body == "GET /echo/3 ");
    CHECK(received == "");
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "requests that come meanwhile are answered after it") {
    auto& client = asks();
    const auto behind = get("/echo/1") + get("/echo/2");
    for (const char each : behind) {
      client.sends({&each, 1});
      settle();
    }
    CHECK(client.received() == "");
    answers("zero");
    REQUIRE(eventually([&] { return client.received().ends_with("/2 "); }));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "zero");
    CHECK(take_answer(received).body == "GET /echo/1 ");
    CHECK(take_answer(received).body == "GET /echo/2 ");
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "a request that has come in part is read on after it") {
    auto& client = asks("GET /echo/1 HT");
    answers("zero");
    CHECK(answer_to(client).body == "zero");
    client.sends("TP/1.1\r\nHost: h\r\n\r\n");
    CHECK(answer_to(client).body == "GET /echo/1 ");
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "a request that has come in part has its deadline then") {
    auto& client = asks("GET /echo/1 HT");
    passes(settings.header_timeout * 2);
    answers("zero");
    CHECK(answer_to(client).body == "zero");
    passes(settings.header_timeout - 100ms);
    CHECK(client.received() == "");
    passes(100ms);
    CHECK(answer_to(client).status == "408");
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "the next request is not served within the answer's call") {
    asks(get("/late"));
    answers("zero");
    CHECK(served == std::vector<std::string>{"/held"});
    settle();
    CHECK(served == std::vector<std::string>{"/held", "/late"});
  }

  TEST_CASE_FIXTURE(held_fixture, "several may be held, one after the other") {
    auto& client = asks(get("/held") + get("/held") + get("/echo"));
    for (const auto* const body : {"one", "two", "three"}) {
      CHECK(client.received() == "");
      answers(body);
      settle();
      auto received = client.take_received();
      CHECK(take_answer(received).body == body);
      if (std::string_view{body} == "three")
        CHECK(take_answer(received).body == "GET /echo ");
      CHECK(received == "");
    }
    CHECK(served.size() == 3);
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "too much behind it is refused when its turn comes") {
    auto& client = asks(
      get("/echo") + std::string(settings.requests.pipelined_bytes + 1, 'x'));
    answers("zero");
    CHECK(ends(client));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "zero");
    CHECK(take_answer(received).status == "400");
    CHECK(received == "");
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "too much may come behind a request that is served late") {
    settings.requests.pipelined_bytes = 1000;
    auto& client = asks(get("/late"));
    answers("zero");
    REQUIRE(serves());
    client.sends(std::string(1001, 'x'));
    settle();
    start_logging(log_level::debug); // which tells what was asked for
    answers_late("one");
    start_logging(log_level::off);
    CHECK(ends(client));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "zero");
    CHECK(take_answer(received).body == "one");
    CHECK(take_answer(received).status == "400");
  }

  // -- a client that goes ----------------------------------------------------

  TEST_CASE_FIXTURE(held_fixture, "a client that closes meanwhile is lost") {
    auto& client = asks();
    CHECK(who.hears(0, 0));
    client.closes();
    settle();
    CHECK(who.hears(0, 1));
    answers("too late");
    settle();
    CHECK(who.hears(0, 1));
    held.reset();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(held_fixture, "so is one that breaks off") {
    asks().breaks_off();
    settle();
    CHECK(who.hears(0, 1));
  }

  TEST_CASE_FIXTURE(held_fixture, "so is one that says it has finished") {
    auto& client = asks();
    client.finishes();
    settle();
    CHECK(who.hears(0, 1));
    CHECK(ends(client));
    CHECK(client.received() == "");
  }

  TEST_CASE_FIXTURE(held_fixture, "so is one that finishes behind a request") {
    asks(get("/echo")).finishes();
    settle();
    CHECK(who.hears(0, 1));
  }

  TEST_CASE_FIXTURE(held_fixture, "so is one that said something meanwhile") {
    auto& client = asks();
    for (int i = 0; i < 3; ++i) {
      client.sends(get("/echo"));
      settle();
    }
    client.closes();
    settle();
    CHECK(who.hears(0, 1));
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "a client whose end shows at the answer is lost later") {
    asks().breaks_off();
    answers("nobody reads this");
    CHECK_FALSE(held->is_answered());
    CHECK(who.hears(0, 0));
    settle();
    CHECK(who.hears(0, 1));
    held.reset();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "after it, a client may finish and still be answered") {
    auto& client = asks();
    answers("zero");
    CHECK(answer_to(client).body == "zero");
    client.sends(get("/late"));
    REQUIRE(serves());
    client.finishes();
    settle();
    answers_late("in time");
    CHECK(answer_to(client).body == "in time");
    CHECK(ends(client));
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(
    held_fixture, "a client may finish as a request behind it is served late") {
    // The connection still waits for the socket, as it did for the held one.
    auto& client = asks(get("/late"));
    answers("zero");
    REQUIRE(serves());
    client.finishes();
    settle();
    answers_late("in time");
    REQUIRE(eventually([&] { return client.received().ends_with("time"); }));
    CHECK(ends(client));
    CHECK(who.hears(0, 0));
    held.reset();
    CHECK(is_gone());
  }

  // -- in parts --------------------------------------------------------------

  TEST_CASE_FIXTURE(held_fixture, "each part is a chunk of its own") {
    auto& client = asks();
    begins();
    settle();
    CHECK(client.received() == "");
    CHECK(sends("one"));
    settle();
    auto seen = seen_by(client);
    CHECK(seen.status == "200");
    CHECK(seen.has("Content-Type: text/plain"));
    CHECK(seen.has("X: y"));
    CHECK(seen.has("Transfer-Encoding: chunked"));
    CHECK_FALSE(seen.has_field("Content-Length"));
    CHECK_FALSE(seen.has_field("Connection"));
    CHECK(seen.chunks == chunks{"one"});
    held->add("two");
    settle();
    CHECK(seen_by(client).chunks == chunks{"one"});
    CHECK(sends("three"));
    settle();
    CHECK(seen_by(client).chunks == chunks{"one", "two", "three"});
    CHECK_FALSE(seen_by(client).complete);
    CHECK_FALSE(held->is_answered());
    held->add("last");
    ends_answer();
    CHECK(held->is_answered());
    seen = answer_to(client);
    CHECK(seen.chunks == chunks{"one", "two", "three", "last"});
    client.sends(get("/echo"));
    CHECK(answer_to(client).body == "GET /echo ");
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "there may be no part at all") {
    auto& client = asks(get("/echo"));
    begins();
    CHECK(held->send()); // the head
    held->add("");
    ends_answer();
    REQUIRE(eventually([&] { return client.received().ends_with("/echo "); }));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "");
    CHECK(take_answer(received).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(held_fixture, "nothing can be added after the end") {
    auto& client = asks();
    begins();
    ends_answer();
    begins();
    CHECK(sends("late"));
    ends_answer();
    answers("late");
    CHECK(answer_to(client).body == "");
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "nothing is added to an answer not begun") {
    auto& client = asks();
    CHECK(sends("early"));
    ends_answer();
    settle();
    CHECK(client.received() == "");
    answers("whole");
    CHECK(answer_to(client).body == "whole");
  }

  TEST_CASE_FIXTURE(
    held_fixture, "HTTP/1.0 gets neither chunks nor a length, and is closed") {
    for (const auto* const wish : {"", "Connection: keep-alive\r\n"}) {
      CAPTURE(wish);
      auto& client = visits();
      client.sends("GET /held HTTP/1.0\r\n" + std::string{wish} + "\r\n");
      settle();
      begins();
      sends("one ");
      sends("two");
      ends_answer();
      CHECK(held->is_answered());
      CHECK(ends(client));
      const auto seen = seen_by(client);
      CHECK(seen.has("Connection: close"));
      CHECK_FALSE(seen.has_field("Transfer-Encoding"));
      CHECK_FALSE(seen.has_field("Content-Length"));
      CHECK(seen.body == "one two");
      held.reset();
    }
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "requests behind a stream come after it") {
    auto& client = asks(get("/echo/1"));
    begins();
    sends("part");
    client.sends(get("/echo/2"));
    settle();
    ends_answer();
    REQUIRE(eventually([&] { return client.received().ends_with("/2 "); }));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "part");
    CHECK(take_answer(received).body == "GET /echo/1 ");
    CHECK(take_answer(received).body == "GET /echo/2 ");
  }

  TEST_CASE_FIXTURE(held_fixture, "a client that leaves a stream is lost") {
    auto& client = asks();
    begins();
    sends("part");
    settle();
    client.closes();
    settle();
    CHECK(who.hears(0, 1));
    CHECK(sends("more")); // to nobody
    ends_answer();
    settle();
    CHECK(who.hears(0, 1));
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "a client whose end shows at a part is lost later") {
    auto& client = asks();
    begins();
    sends("part");
    settle();
    client.breaks_off();
    CHECK_FALSE(sends("more"));
    CHECK(who.hears(0, 0));
    settle();
    CHECK(who.hears(0, 1));
  }

  // -- slow readers ----------------------------------------------------------

  TEST_CASE_FIXTURE(held_fixture, "a part that waits for its reader drains") {
    auto& client = asks_and_stops();
    CHECK_FALSE(sends(large));
    settle();
    CHECK(who.hears(0, 0));
    client.reads_on();
    REQUIRE(
      eventually([&] { return client.received().size() > large.size(); }));
    settle();
    CHECK(who.hears(1, 0));
    CHECK(sends("small"));
    ends_answer();
    const auto seen = answer_to(client);
    CHECK((seen.chunks == chunks{large, "small"}));
    CHECK(who.hears(1, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "what is added meanwhile drains with it") {
    auto& client = asks_and_stops();
    CHECK_FALSE(sends(large));
    CHECK_FALSE(sends("one"));
    CHECK_FALSE(sends("two"));
    client.reads_on();
    REQUIRE(eventually([&] { return client.received().ends_with("two\r\n"); }));
    CHECK((seen_by(client).chunks == chunks{large, "one", "two"}));
    settle();
    CHECK(who.hears(1, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "the end drains, too") {
    auto& client = asks_and_stops();
    held->add(large);
    ends_answer();
    settle();
    CHECK_FALSE(held->is_answered());
    CHECK(who.hears(0, 0));
    client.reads_on();
    REQUIRE(eventually([&] { return held->is_answered(); }));
    settle();
    CHECK(who.hears(1, 0));
    CHECK((answer_to(client).body == large));
    client.sends(get("/echo"));
    CHECK(answer_to(client).body == "GET /echo ");
    client.closes();
    settle();
    CHECK(who.hears(1, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "who leaves after the end is not lost") {
    auto& client = asks_and_stops();
    held->add(large);
    ends_answer();
    settle();
    client.reads_on();
    REQUIRE(eventually([&] { return held->is_answered(); }));
    client.closes();
    settle();
    CHECK(who.hears(1, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "a whole answer drains, too") {
    auto& client = asks(get("/echo"), small_buffers);
    client.stops_reading();
    answers(large);
    settle();
    CHECK_FALSE(held->is_answered());
    client.reads_on();
    REQUIRE(eventually([&] { return client.received().ends_with("/echo "); }));
    CHECK(who.hears(1, 0));
    auto received = client.take_received();
    CHECK((take_answer(received).body == large));
    CHECK(take_answer(received).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(held_fixture, "a reader that stands still is lost") {
    asks_and_stops();
    sends(large);
    passes(settings.write_timeout - 100ms);
    CHECK(who.hears(0, 0));
    passes(100ms);
    CHECK(who.hears(0, 1));
    held.reset();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(held_fixture,
                    "a reader has its time anew when it has taken something") {
    auto& client = asks_and_stops();
    sends(large);
    for (int i = 0; i < 20; ++i) {
      passes(settings.write_timeout - 100ms);
      client.reads_a_little(20'000);
      REQUIRE(who.hears(0, 0));
    }
    client.reads_on();
    REQUIRE(eventually([&] { return who.times_drained == 1; }));
    passes(settings.write_timeout * 2);
    CHECK(who.hears(1, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "adding to what waits buys it no time") {
    asks_and_stops();
    sends(large);
    passes(settings.write_timeout - 100ms);
    CHECK_FALSE(sends("more"));
    passes(100ms);
    CHECK(who.hears(0, 1));
  }

  TEST_CASE_FIXTURE(held_fixture, "a reader that is gone in between is lost") {
    auto& client = asks_and_stops();
    sends(large);
    settle();
    client.breaks_off();
    settle();
    CHECK(who.hears(0, 1));
  }

  // -- nobody wants to know --------------------------------------------------

  TEST_CASE_FIXTURE(held_fixture, "an answer that is broken off has no end") {
    auto& client = asks(get("/echo"));
    begins();
    sends("part");
    settle();
    within([this] { held->abandon(); });
    held.reset();
    CHECK(ends(client));
    CHECK(is_gone());
    CHECK(seen_by(client).chunks == chunks{"part"});
    CHECK_FALSE(seen_by(client).complete);
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "one that was not begun may be broken off") {
    auto& client = asks();
    within([this] { held->abandon(); });
    CHECK(ends(client));
    CHECK(client.received() == "");
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "one that waits may be broken off") {
    auto& client = asks_and_stops();
    sends(large);
    settle();
    within([this] { held->abandon(); });
    held.reset();
    CHECK(is_gone());
    client.reads_on();
    CHECK(ends(client));
    CHECK(client.received().size() < large.size());
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "who has let go hears nothing of a loss") {
    auto& client = asks();
    begins();
    held->let_go();
    sends("part");
    settle();
    CHECK(seen_by(client).chunks == chunks{"part"});
    client.breaks_off();
    sends("more");
    settle();
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "who has let go hears of no reader") {
    auto& client = asks_and_stops();
    held->add(large);
    ends_answer();
    held->let_go();
    held.reset();
    settle();
    client.reads_on();
    REQUIRE(
      eventually([&] { return client.received().ends_with("0\r\n\r\n"); }));
    CHECK((answer_to(client).body == large));
    client.sends(get("/echo"));
    CHECK(answer_to(client).body == "GET /echo ");
    CHECK(who.hears(0, 0));
  }

  TEST_CASE_FIXTURE(held_fixture, "who has let go may hold the next one") {
    auto& client = asks();
    answers("one");
    held->let_go();
    CHECK(answer_to(client).body == "one");
    client.sends(get("/held"));
    settle();
    client.closes();
    settle();
    CHECK(who.hears(0, 1));
  }
}
