#include "tests/transport/sockjs_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace thunderpush;
using lines = sockjs_fixture::lines;

namespace {

struct session_resource {
  std::string_view name;
  std::string_view method;
  bool cross_origin;
};

constexpr std::array<session_resource, 7> resources{{
  {"xhr", "POST", true},
  {"xhr_streaming", "POST", true},
  {"xhr_send", "POST", true},
  {"eventsource", "GET", true},
  {"htmlfile?c=cb", "GET", false},
  {"jsonp?c=cb", "GET", false},
  {"jsonp_send", "POST", false},
}};

constexpr std::string_view no_cache
  = "Cache-Control: no-store, no-cache, no-transform, must-revalidate, "
    "max-age=0";

// Asks each resource, right and wrong.
class requests_fixture : public sockjs_fixture {
public:
  // A request for a resource of a session of its own, which is not unknown.
  http_answer first_answer(const session_resource& what,
                           std::string_view fields) {
    const auto id = "s" + std::to_string(++sessions_);
    if (what.name.ends_with("send"))
      poll(id);
    return seen_by(asks(std::string{what.method} + " " + path_of(id, what.name),
                        "[]", fields));
  }

  // Answers of every kind to requests for a resource.
  std::vector<http_answer> all_answers(const session_resource& what,
                                       std::string_view fields = {}) {
    std::vector<http_answer> all{first_answer(what, fields)};
    const auto path = path_of("unknown", what.name);
    const auto add = [&](std::string_view method) {
      all.push_back(
        answer_of(asks(std::string{method} + " " + path, {}, fields)));
    };
    add("PUT");
    if (what.cross_origin && what.method == "POST")
      add("OPTIONS");
    if (what.name.ends_with("send"))
      add(what.method);
    return all;
  }

private:
  int sessions_ = 0;
};

} // namespace

TEST_SUITE("SockJS requests") {
  // -- methods ---------------------------------------------------------------

  TEST_CASE_FIXTURE(requests_fixture, "each resource has its method") {
    for (const auto& each : resources) {
      CAPTURE(each.name);
      for (const auto* const method : {"GET", "POST", "PUT", "DELETE"}) {
        if (method == each.method)
          continue;
        CAPTURE(method);
        const auto answer
          = answer_to(std::string{method} + " " + path_of("s", each.name));
        CHECK(answer.status == "405");
        CHECK(answer.field("Allow")
              == (each.cross_origin && each.method == "POST" ? "OPTIONS, POST"
                                                             : each.method));
        CHECK(answer.body == "");
        CHECK(answer.has("Content-Length: 0"));
        CHECK_FALSE(answer.has_field("Content-Type"));
        CHECK(answer.has(no_cache));
      }
    }
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(requests_fixture, "a preflight is answered for a year") {
    for (const auto* const name : {"xhr", "xhr_streaming", "xhr_send"}) {
      CAPTURE(name);
      const auto answer = answer_to("OPTIONS " + path_of("s", name), {},
                                    "Origin: http://o\r\n"
                                    "Access-Control-Request-Headers: x-a\r\n");
      CHECK(answer.status == "204");
      CHECK(answer.body == "");
      CHECK(answer.has("Access-Control-Allow-Origin: http://o"));
      CHECK(answer.has("Access-Control-Allow-Credentials: true"));
      CHECK(answer.has("Access-Control-Allow-Headers: x-a"));
      CHECK(answer.has("Access-Control-Allow-Methods: OPTIONS, POST"));
      CHECK(answer.has("Access-Control-Max-Age: 31536000"));
      CHECK(answer.has("Cache-Control: public, max-age=31536000"));
      CHECK(answer.field("Expires").ends_with(" GMT"));
      CHECK(answer.has("Set-Cookie: JSESSIONID=dummy; path=/"));
    }
    for (const auto* const name :
         {"eventsource", "htmlfile", "jsonp", "jsonp_send"}) {
      CAPTURE(name);
      CHECK(answer_to("OPTIONS " + path_of("s", name)).status == "405");
    }
    CHECK(connections() == 0);
  }

  // -- headers ---------------------------------------------------------------

  TEST_CASE_FIXTURE(requests_fixture, "pages of other origins may read xhr") {
    for (const auto& each : resources) {
      CAPTURE(each.name);
      for (const auto& answer : all_answers(each, "Origin: http://o\r\n")) {
        CAPTURE(answer.status);
        CHECK(answer.field("Access-Control-Allow-Origin")
              == (each.cross_origin ? "http://o" : ""));
        CHECK(answer.has("Access-Control-Allow-Credentials: true")
              == each.cross_origin);
        CHECK(answer.has("Vary: Origin") == each.cross_origin);
      }
      for (const auto& answer : all_answers(each)) {
        CAPTURE(answer.status);
        CHECK(answer.field("Access-Control-Allow-Origin")
              == (each.cross_origin ? "*" : ""));
        CHECK_FALSE(answer.has_field("Access-Control-Allow-Credentials"));
      }
    }
  }

  TEST_CASE_FIXTURE(requests_fixture, "no answer may be kept") {
    for (const auto& each : resources) {
      CAPTURE(each.name);
      for (const auto& answer : all_answers(each)) {
        CAPTURE(answer.status);
        if (answer.has_field("Access-Control-Max-Age"))
          continue; // of a preflight
        CHECK(answer.has(no_cache));
        CHECK_FALSE(answer.has_field("Expires"));
        CHECK_FALSE(answer.has_field("ETag"));
      }
    }
  }

  TEST_CASE_FIXTURE(requests_fixture, "each answer returns the cookie") {
    for (const auto& each : resources) {
      CAPTURE(each.name);
      for (const auto& answer :
           all_answers(each, "Cookie: a=b; JSESSIONID=abc\r\n")) {
        CAPTURE(answer.status);
        CHECK(answer.field("Set-Cookie") == "JSESSIONID=abc; path=/");
      }
      for (const auto& answer : all_answers(each))
        CHECK(answer.field("Set-Cookie") == "JSESSIONID=dummy; path=/");
    }
  }

  TEST_CASE_FIXTURE(requests_fixture, "without the setting no cookie is set") {
    sockjs.cookie = false;
    for (const auto& each : resources) {
      CAPTURE(each.name);
      for (const auto& answer :
           all_answers(each, "Cookie: a=b; JSESSIONID=abc\r\n"))
        CHECK_FALSE(answer.has_field("Set-Cookie"));
    }
  }

  TEST_CASE_FIXTURE(requests_fixture, "what has a callback is not sniffed") {
    for (const auto& each : resources) {
      CAPTURE(each.name);
      CHECK(first_answer(each, {}).has("X-Content-Type-Options: nosniff")
            == (each.name.find("?c=") != std::string_view::npos));
    }
  }

  // -- callbacks -------------------------------------------------------------

  TEST_CASE_FIXTURE(requests_fixture, "without a callback nothing is opened") {
    for (const auto* const name : {"htmlfile", "jsonp"}) {
      CAPTURE(name);
      for (const auto* const query : {"", "?c", "?c=", "?d=x"}) {
        const auto answer
          = answer_to("GET " + path_of("s", std::string{name} + query));
        CHECK(answer.status == "500");
        CHECK(answer.body == "\"callback\" parameter required\n");
        CHECK(answer.has(no_cache));
      }
      const auto answer
        = answer_to("GET " + path_of("s", std::string{name} + "?c=a%20b"));
      CHECK(answer.status == "500");
      CHECK(answer.body == "invalid \"callback\" parameter\n");
    }
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(requests_fixture,
                    "a session is not touched by a wrong callback") {
    connects_as("alice", "s");
    auto& waiting = polls("s");
    CHECK(answer_to("GET /connect/0/s/jsonp?c=(").status == "500");
    send("alice", "1");
    CHECK(answer_of(waiting).body == "a[1]\n");
  }

  TEST_CASE_FIXTURE(requests_fixture, "a callback is decoded") {
    CHECK(answer_to("GET /connect/0/s/jsonp?t=1&c=%63%62").body
          == "/**/cb(\"o\");\r\n");
    CHECK(seen_by(asks("GET /connect/0/t/htmlfile?c=%63%62"))
            .chunks.front()
            .find("var c = parent.cb;\n")
          != std::string::npos);
  }

  // -- what is on offer ------------------------------------------------------

  TEST_CASE_FIXTURE(requests_fixture, "transports may be switched off") {
    const std::array<std::pair<sockjs_transport, lines>, 5> all{{
      {sockjs_transport::xhr_polling, {"POST /connect/0/s/xhr"}},
      {sockjs_transport::xhr_streaming, {"POST /connect/0/s/xhr_streaming"}},
      {sockjs_transport::eventsource, {"GET /connect/0/s/eventsource"}},
      {sockjs_transport::htmlfile, {"GET /connect/0/s/htmlfile?c=cb"}},
      {sockjs_transport::jsonp_polling,
       {"GET /connect/0/s/jsonp?c=cb", "POST /connect/0/s/jsonp_send"}},
    }};
    for (const auto& [which, requests] : all) {
      CAPTURE(to_string(which));
      sockjs.transports = sockjs_transports::all();
      sockjs.transports.set(which, false);
      for (const auto& each : requests)
        CHECK(answer_to(each).status == "404");
      CHECK(connections() == 0);
      CHECK(answer_to("POST /connect/0/s/xhr_send", "[]").body
            == "Unknown session.\n");
    }
  }

  TEST_CASE_FIXTURE(requests_fixture,
                    "xhr_send is there as long as something needs it") {
    for (const auto which :
         {sockjs_transport::xhr_polling, sockjs_transport::xhr_streaming,
          sockjs_transport::eventsource, sockjs_transport::htmlfile}) {
      CAPTURE(to_string(which));
      sockjs.transports = {};
      sockjs.transports.set(which);
      CHECK(answer_to("POST /connect/0/s/xhr_send", "[]").body
            == "Unknown session.\n");
    }
    sockjs.transports = {};
    sockjs.transports.set(sockjs_transport::jsonp_polling);
    sockjs.transports.set(sockjs_transport::websocket);
    CHECK(answer_to("POST /connect/0/s/xhr_send", "[]").body == "Not found.\n");
    CHECK(answer_to("POST /connect/0/s/jsonp_send", "[]").body
          == "Unknown session.\n");
  }

  TEST_CASE_FIXTURE(requests_fixture, "an id has 64 bytes at most") {
    CHECK(poll(std::string(64, 'x')) == "o\n");
    CHECK(polls(std::string(65, 'x')).received().starts_with("HTTP/1.1 404 "));
    CHECK(connections() == 1);
  }

  // -- the limit of connections ----------------------------------------------

  TEST_CASE_FIXTURE(requests_fixture, "beyond the limit sessions are put off") {
    permits(1);
    const auto first = id_on(0, "first");
    const auto second = id_on(0, "second");
    CHECK(poll(first) == "o\n");
    const auto refusal = answer_to("POST " + path_of(second, "xhr"));
    CHECK(refusal.status == "503");
    CHECK(refusal.has("Retry-After: 5"));
    CHECK(refusal.has("Access-Control-Allow-Origin: *"));
    CHECK(refusal.has(no_cache));
    CHECK(answer_to("GET " + path_of(second, "eventsource")).status == "503");
    CHECK(says(second, {"x"}) == "404");
    CHECK(connections() == 1);

    // Those that are there go on.
    CHECK(says(first, {"CONNECT alice:key"}) == "204");
    auto& waiting = polls(first);
    send("alice", "1");
    CHECK(answer_of(waiting).body == "a[1]\n");

    // There is room when one has gone, and its last words need none.
    disconnect("alice");
    CHECK(poll(first).starts_with("c[9002,"));
    CHECK(poll(second) == "o\n");
    CHECK(poll(first).starts_with("c[9002,"));
    passes(sockjs.sessions.disconnect_delay - std::chrono::milliseconds{100});
    CHECK(answer_to("POST " + path_of(id_on(0, "third"), "xhr")).status
          == "503");
  }
}
