#include "tests/transport/http_fixture.hpp"
#include "transport/http/connection.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view get_echo = "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n";

} // namespace

TEST_SUITE("HTTP connection") {
  // -- answering -------------------------------------------------------------

  TEST_CASE_FIXTURE(http_fixture, "requests are answered one after the other") {
    auto& client = visits();
    for (const auto* const target : {"/echo", "/echo?a=b", "/echo/x"}) {
      client.sends(get(target));
      const auto seen = answer_to(client);
      CHECK(seen.status == "200");
      CHECK(seen.body == std::string{"GET "} + target + " ");
    }
    CHECK(client.ended() == peer::ending::none);
  }

  TEST_CASE_FIXTURE(http_fixture, "a request may arrive byte by byte") {
    auto& client = visits();
    for (const char each : std::string_view{"POST /echo HTTP/1.1\r\nHost: h\r\n"
                                            "Content-Length: 4\r\n\r\nbody"}) {
      CHECK(client.received() == "");
      client.sends({&each, 1});
      settle();
    }
    CHECK(answer_to(client).body == "POST /echo body");
  }

  TEST_CASE_FIXTURE(http_fixture, "pipelined requests are answered in order") {
    auto& client = visits();
    client.sends(get("/echo/1") + get("/echo/2") + get("/echo/3"));
    REQUIRE(eventually(
      [&] { return client.received().find("/echo/3") != std::string::npos; }));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "GET /echo/1 ");
    CHECK(take_answer(received).body == "GET /echo/2 ");
    CHECK(take_answer(received).body == "GET /echo/3 ");
    CHECK(received == "");
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a pipelined request waits for the answer before it") {
    auto& client = visits();
    client.sends(get("/late/1") + get("/late/2") + get("/echo"));
    REQUIRE(serves());
    settle();
    CHECK(served == std::vector<std::string>{"/late/1"});
    CHECK(client.received() == "");
    answers_late("one");
    REQUIRE(serves());
    CHECK(answer_to(client).body == "one");
    CHECK(served == std::vector<std::string>{"/late/1", "/late/2"});
    answers_late("two");
    REQUIRE(eventually([&] { return client.received().ends_with("/echo "); }));
    auto received = client.take_received();
    CHECK(take_answer(received).body == "two");
    CHECK(take_answer(received).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "many pipelined requests do not pile up on the stack") {
    int depth = 0;
    int deepest = 0;
    offers("/deep", [&](const auto&, const auto& who) {
      deepest = std::max(deepest, ++depth);
      who->respond(text(""));
      --depth;
    });
    auto& client = visits();
    std::string all;
    for (int i = 0; i < 1000; ++i)
      all += get("/deep");
    client.sends(all + get("/echo/last"));
    REQUIRE(eventually(
      [&] { return client.received().ends_with("GET /echo/last "); }));
    auto received = client.take_received();
    std::size_t answers = 0;
    for (; !received.empty(); ++answers)
      take_answer(received);
    CHECK(answers == 1001);
    CHECK(deepest == 1);
  }

  TEST_CASE_FIXTURE(http_fixture, "a request may come while one is served") {
    auto& client = visits();
    client.sends(get("/late"));
    REQUIRE(serves());
    client.sends(get_echo);
    settle();
    answers_late("late");
    REQUIRE(eventually([&] { return client.received().ends_with("/echo "); }));
  }

  TEST_CASE_FIXTURE(http_fixture, "the first answer counts") {
    auto& client = visits();
    offers("/twice", [](const auto&, const auto& who) {
      who->respond(text("first"));
      who->respond(text("second"));
    });
    client.sends(get("/twice"));
    CHECK(answer_to(client).body == "first");
    client.sends(get_echo);
    CHECK(answer_to(client).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "an answer that nobody asked for is ignored") {
    auto& client = visits();
    side.lock()->respond(text("unasked"));
    client.sends(get_echo);
    CHECK(answer_to(client).body == "GET /echo ");
    side.lock()->respond(text("unasked"));
    client.sends(get_echo);
    CHECK(answer_to(client).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(http_fixture, "a path that nobody serves is not found") {
    auto& client = visits();
    client.sends(get("/nowhere"));
    CHECK(answer_to(client).status == "404");
    client.sends(get_echo);
    CHECK(answer_to(client).status == "200");
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a mount that throws fails its request alone") {
    offers("/broken", [](const auto&, const auto&) {
      throw std::runtime_error{"as the test wants it"};
    });
    auto& client = visits();
    client.sends(get("/broken"));
    const auto seen = answer_to(client);
    CHECK(seen.status == "500");
    CHECK(seen.body.find("as the test") == std::string::npos);
    client.sends(get_echo);
    CHECK(answer_to(client).status == "200");
  }

  TEST_CASE_FIXTURE(http_fixture, "a mount may throw when it has answered") {
    offers("/broken", [](const auto&, const auto& who) {
      who->respond(text("answered"));
      throw std::runtime_error{"as the test wants it"};
    });
    auto& client = visits();
    client.sends(get("/broken"));
    CHECK(answer_to(client).body == "answered");
    client.sends(get_echo);
    CHECK(answer_to(client).status == "200");
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a request that is forgotten ends the client") {
    offers("/forgotten", [](const auto&, const auto&) {});
    auto& client = visits();
    client.sends(get("/forgotten"));
    CHECK(ends(client));
    CHECK(is_gone());
    CHECK(client.received() == "");
  }

  TEST_CASE_FIXTURE(http_fixture, "the answer to HEAD has no body") {
    auto& client = visits();
    client.sends("HEAD /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    REQUIRE(
      eventually([&] { return client.received().ends_with("\r\n\r\n"); }));
    client.take_received();
    client.sends(get_echo);
    CHECK(answer_to(client).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(http_fixture, "a client that expects a 100 gets it") {
    auto& client = visits();
    client.sends("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                 "Content-Length: 4\r\n\r\n");
    CHECK(gets(client, "HTTP/1.1 100 Continue\r\n\r\n"));
    client.sends("body");
    CHECK(answer_to(client).body == "POST /echo body");
  }

  TEST_CASE_FIXTURE(http_fixture, "a page is for GET alone") {
    offer.add_page("/page",
                   std::make_shared<static_mount>(http_response{
                     200, "text/html", {{"X-Test", "yes"}}, "<p>Page"}));
    auto& client = visits();
    client.sends(get("/page"));
    const auto page = answer_to(client);
    CHECK(page.status == "200");
    CHECK(page.body == "<p>Page");
    CHECK(page.head.find("\r\nX-Test: yes\r\n") != std::string::npos);
    client.sends("POST /page HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto refusal = answer_to(client);
    CHECK(refusal.status == "405");
    CHECK(refusal.head.find("\r\nAllow: GET\r\n") != std::string::npos);
    client.sends(get("/page"));
    CHECK(answer_to(client).body == "<p>Page");
  }

  TEST_CASE_FIXTURE(http_fixture, "a page that the client has is not sent") {
    offer.add_page("/page", std::make_shared<static_mount>(http_response{
                              200, "text/html", {{"X-Test", "yes"}}, "<p>"}));
    auto& client = visits();
    client.sends(get("/page"));
    const auto tag = answer_to(client).field("ETag");
    CHECK(tag != "");
    const auto asks_for_other_than = [&](const std::string& known) {
      client.sends("GET /page HTTP/1.1\r\nHost: h\r\nIf-None-Match: " + known
                   + "\r\n\r\n");
      return answer_to(client);
    };
    const auto same = asks_for_other_than(tag);
    CHECK(same.status == "304");
    CHECK(same.body == "");
    CHECK(same.field("ETag") == tag);
    CHECK(same.has("X-Test: yes"));
    CHECK_FALSE(same.has_field("Content-Type"));
    CHECK_FALSE(same.has_field("Content-Length"));
    const auto other = asks_for_other_than("\"other\"");
    CHECK(other.status == "200");
    CHECK(other.body == "<p>");
    CHECK(other.field("ETag") == tag);
  }

  // -- the end of a connection -----------------------------------------------

  TEST_CASE_FIXTURE(http_fixture,
                    "a connection ends after the answer if wanted") {
    auto& client = visits();
    client.sends("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    CHECK(ends(client));
    const auto seen = answer_to(client);
    CHECK(seen.body == "GET /echo ");
    CHECK(seen.head.find("\r\nConnection: close\r\n") != std::string::npos);
    client.closes();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture, "HTTP/1.0 ends after the answer") {
    auto& client = visits();
    client.sends("GET /echo HTTP/1.0\r\n\r\n");
    CHECK(ends(client));
    CHECK(answer_to(client).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(http_fixture, "HTTP/1.0 is kept alive if wanted") {
    auto& client = visits();
    for (int i = 0; i < 2; ++i) {
      client.sends("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      const auto seen = answer_to(client);
      CHECK(seen.head.find("\r\nConnection: keep-alive\r\n")
            != std::string::npos);
    }
    CHECK(client.ended() == peer::ending::none);
  }

  TEST_CASE_FIXTURE(http_fixture, "what follows the last request is ignored") {
    auto& client = visits();
    client.sends("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                 + get("/echo/2"));
    CHECK(ends(client));
    CHECK(answer_to(client).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(http_fixture, "a client that leaves is forgotten") {
    auto& client = visits();
    client.sends("GET /echo HTTP/1.1\r\nHo");
    settle();
    client.closes();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture, "a client that breaks off is forgotten") {
    auto& client = visits();
    settle();
    client.breaks_off();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a client may be gone when its answer is there") {
    auto& client = visits();
    client.sends(get("/late"));
    REQUIRE(serves());
    client.breaks_off();
    settle();
    CHECK_FALSE(side.expired());
    answers_late("too late");
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a client may have finished when its answer is there") {
    auto& client = visits();
    client.sends(get("/late"));
    client.finishes();
    REQUIRE(serves());
    answers_late("in time");
    CHECK(answer_to(client).body == "in time");
    CHECK(ends(client));
    CHECK(is_gone());
  }

  // -- errors ----------------------------------------------------------------

  TEST_CASE_FIXTURE(http_fixture, "a request that is none is refused at once") {
    auto& client = visits();
    client.sends("NOT HTTP\r\n\r\n");
    CHECK(ends(client));
    const auto seen = answer_to(client);
    CHECK(seen.status == "400");
    CHECK(seen.head.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(seen.body.ends_with("\"status\": 400}\n"));
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a client that was refused may finish its sentence") {
    auto& client = visits();
    client.sends("POST /echo HTTP/1.1\r\nHost: h\r\n"
                 "Content-Length: 100000000\r\n\r\n");
    CHECK(ends(client));
    CHECK(answer_to(client).status == "413");
    for (int i = 0; i < 30; ++i) {
      client.sends(std::string(100'000, 'x'));
      settle();
    }
    CHECK_FALSE(side.expired());
    client.closes();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a refusal arrives though the client goes on sending") {
    auto& client = visits();
    client.sends("POST /echo HTTP/1.1\r\nHost: h\r\n"
                 "Content-Length: 100000000\r\n\r\n"
                 + std::string(1'000'000, 'x'));
    CHECK(ends(client));
    CHECK(answer_to(client).status == "413");
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a client that was refused has two seconds to go") {
    auto& client = visits();
    client.sends("NOT HTTP\r\n\r\n");
    CHECK(ends(client));
    passes(1900ms);
    client.sends("more");
    settle();
    CHECK_FALSE(side.expired());
    passes(100ms);
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture, "requests before a wrong one are answered") {
    auto& client = visits();
    client.sends(std::string{get_echo} + "NOT HTTP\r\n\r\n" + get("/echo/2"));
    CHECK(ends(client));
    auto received = client.take_received();
    CHECK(take_answer(received).status == "200");
    CHECK(take_answer(received).status == "400");
    CHECK(received == "");
  }

  TEST_CASE_FIXTURE(http_fixture, "fields beyond the limit are refused") {
    auto& client = visits();
    client.sends("GET /echo HTTP/1.1\r\nHost: h\r\nX: "
                 + std::string(9000, 'x'));
    CHECK(ends(client));
    CHECK(answer_to(client).status == "431");
  }

  // -- deadlines -------------------------------------------------------------

  TEST_CASE_FIXTURE(http_fixture,
                    "a client that says nothing is closed without a word") {
    auto& client = visits();
    passes(settings.header_timeout - 100ms);
    CHECK(client.ended() == peer::ending::none);
    passes(100ms);
    CHECK(ends(client));
    CHECK(client.received() == "");
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a head that does not arrive in time is a 408") {
    auto& client = visits();
    client.sends("GET /echo HTTP/1.1\r\n");
    passes(settings.header_timeout - 100ms);
    CHECK(client.received() == "");
    passes(100ms);
    CHECK(ends(client));
    CHECK(answer_to(client).status == "408");
    client.closes();
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "blank lines ahead of a request buy no time") {
    auto& client = visits();
    passes(5000ms);
    client.sends("\r\n");
    passes(settings.header_timeout - 5000ms);
    CHECK(ends(client));
    CHECK(client.received() == "");
  }

  TEST_CASE_FIXTURE(http_fixture, "a head that trickles in gets no more time") {
    auto& client = visits();
    client.sends("GET /echo HTTP/1.1\r\nX: ");
    for (auto left = settings.header_timeout; left > 0ms; left -= 1000ms) {
      CHECK(client.received() == "");
      client.sends("x");
      passes(1000ms);
    }
    CHECK(ends(client));
    CHECK(answer_to(client).status == "408");
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "a body has a deadline of its own, from the head on") {
    auto& client = visits();
    client.sends("POST /echo HTTP/1.1\r\nHost: h\r\n");
    passes(9000ms);
    client.sends("Content-Length: 1000\r\n\r\n");
    settle();
    for (auto left = settings.body_timeout; left > 0ms; left -= 3000ms) {
      CHECK(client.received() == "");
      client.sends("x");
      passes(3000ms);
    }
    CHECK(ends(client));
    CHECK(answer_to(client).status == "408");
  }

  TEST_CASE_FIXTURE(http_fixture, "a body in time is taken") {
    auto& client = visits();
    client.sends("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
    passes(settings.body_timeout - 100ms);
    client.sends("body");
    CHECK(answer_to(client).body == "POST /echo body");
  }

  TEST_CASE_FIXTURE(http_fixture,
                    "between two requests a client may be silent for a while") {
    auto& client = visits();
    client.sends(get_echo);
    answer_to(client);
    passes(settings.keep_alive_timeout - 100ms);
    client.sends(get_echo);
    CHECK(answer_to(client).status == "200");
    passes(settings.keep_alive_timeout - 100ms);
    CHECK(client.ended() == peer::ending::none);
    passes(100ms);
    CHECK(ends(client));
    CHECK(client.received() == "");
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture, "each head has a deadline of its own") {
    auto& client = visits();
    client.sends(get_echo);
    answer_to(client);
    passes(30'000ms);
    client.sends("GET /echo ");
    passes(settings.header_timeout - 100ms);
    CHECK(client.received() == "");
    passes(100ms);
    CHECK(ends(client));
    CHECK(answer_to(client).status == "408");
  }

  TEST_CASE_FIXTURE(
    http_fixture, "a head that came with the request before has its deadline") {
    auto& client = visits();
    client.sends(std::string{get_echo} + "GET /ec");
    answer_to(client);
    passes(settings.header_timeout);
    CHECK(ends(client));
    CHECK(answer_to(client).status == "408");
  }

  TEST_CASE_FIXTURE(http_fixture, "who is served waits as long as it takes") {
    auto& client = visits();
    client.sends(get("/late"));
    REQUIRE(serves());
    passes(3'600'000ms);
    CHECK(client.ended() == peer::ending::none);
    answers_late("at last");
    CHECK(answer_to(client).body == "at last");
    passes(settings.keep_alive_timeout);
    CHECK(ends(client));
  }

  // -- slow readers ----------------------------------------------------------

  TEST_CASE_FIXTURE(http_fixture, "a large answer waits for a slow reader") {
    std::string large(4 << 20, '\0');
    for (std::size_t i = 0; i < large.size(); ++i)
      large[i] = static_cast<char>('a' + i % 23);
    offers("/large",
           [&](const auto&, const auto& who) { who->respond(text(large)); });
    auto& client = visits(small_buffers);
    client.stops_reading();
    client.sends(get("/large") + get("/echo"));
    settle();
    // Its deadline begins anew whenever it takes something.
    for (int i = 0; i < 20; ++i) {
      passes(settings.write_timeout - 100ms);
      client.reads_a_little(20'000);
      REQUIRE_FALSE(side.expired());
    }
    CHECK(client.received().size() < large.size());
    client.reads_on();
    REQUIRE(
      eventually([&] { return client.received().ends_with("GET /echo "); }));
    auto received = client.take_received();
    CHECK((take_answer(received).body == large));
    CHECK(take_answer(received).body == "GET /echo ");
  }

  TEST_CASE_FIXTURE(http_fixture, "a reader that stands still is given up") {
    offers("/large", [](const auto&, const auto& who) {
      who->respond(text(std::string(4 << 20, 'x')));
    });
    auto& client = visits(small_buffers);
    client.stops_reading();
    client.sends(get("/large"));
    passes(settings.write_timeout - 100ms);
    CHECK_FALSE(side.expired());
    passes(100ms);
    CHECK(is_gone());
  }

  TEST_CASE_FIXTURE(http_fixture, "a reader may be gone in mid-answer") {
    offers("/large", [](const auto&, const auto& who) {
      who->respond(text(std::string(4 << 20, 'x')));
    });
    auto& client = visits(small_buffers);
    client.stops_reading();
    client.sends(get("/large"));
    settle();
    client.breaks_off();
    CHECK(is_gone());
  }

  // -- upgrades --------------------------------------------------------------

  TEST_CASE_FIXTURE(http_fixture, "a socket may be taken over with what came") {
    std::string early;
    std::unique_ptr<client_stream> stream;
    offers("/upgrade", [&](const auto&, const auto& who) {
      auto taken = who->take_over();
      early = taken.early_bytes;
      stream = std::make_unique<client_stream>(std::move(taken.stream));
      who->respond(text("ignored"));
    });
    auto& client = visits();
    client.sends(get("/upgrade") + "early \r\n bytes");
    REQUIRE(eventually([&] { return stream != nullptr; }));
    CHECK(early == "early \r\n bytes");
    CHECK(is_gone());
    CHECK(stream->write("hello").bytes == 5);
    CHECK(gets(client, "hello"));
    passes(3'600'000ms);
    CHECK(client.ended() == peer::ending::none);
  }

  TEST_CASE_FIXTURE(http_fixture, "a late answer may be a take-over") {
    auto& client = visits();
    client.sends(get("/late") + "early");
    REQUIRE(serves());
    auto taken = std::exchange(waiting, nullptr)->take_over();
    CHECK(taken.early_bytes == "early");
    CHECK(is_gone());
    CHECK(taken.stream.write("hello").bytes == 5);
    CHECK(gets(client, "hello"));
  }

  TEST_CASE_FIXTURE(http_fixture, "a mount may throw when it took over") {
    offers("/upgrade", [](const auto&, const auto& who) {
      who->take_over();
      throw std::runtime_error{"as the test wants it"};
    });
    auto& client = visits();
    client.sends(get("/upgrade"));
    CHECK(ends(client));
    CHECK(client.received() == "");
    CHECK(is_gone());
  }
}
