#include "tests/transport/sockjs_fixture.hpp"
#include "tests/transport/websocket_wire.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

using namespace thunderpush;

namespace {

class service_fixture : public sockjs_fixture {
public:
  // The answer to a request without a body, as it came.
  std::string answer_to(std::string_view line, std::string_view fields = {}) {
    auto& client = visits();
    client.sends(std::string{line} + " HTTP/1.1\r\nHost: h\r\n"
                 + std::string{fields} + "Connection: close\r\n\r\n");
    CHECK(ends(client));
    return client.take_received();
  }

  // A client that asks for a WebSocket.
  peer& upgrades(std::string_view path, std::string_view behind = {}) {
    auto& client = visits();
    client.sends("GET " + std::string{path}
                 + " HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
                   "Connection: keep-alive, Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                 + std::string{behind});
    REQUIRE(eventually(
      [&] { return client.received().find("\r\n\r\n") != std::string::npos; }));
    settle();
    return client;
  }

  // What the client has got: the head of the answer, and frames behind it.
  static std::pair<std::string, frames> upgrade_of(peer& client) {
    auto received = client.take_received();
    const auto end = received.find("\r\n\r\n") + 4;
    auto head = received.substr(0, end);
    received.erase(0, end);
    return {std::move(head), server_frames{received}.take()};
  }
};

bool has(const std::string& answer, std::string_view line) {
  return answer.find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
}

bool has_field(const std::string& answer, std::string_view name) {
  return answer.find("\r\n" + std::string{name} + ":") != std::string::npos;
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

unsigned status_of(const std::string& answer) {
  return static_cast<unsigned>(std::stoul(answer.substr(9, 3)));
}

constexpr std::string_view accepted_nonce
  = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

} // namespace

TEST_SUITE("SockJS service") {
  // -- greeting --------------------------------------------------------------

  TEST_CASE_FIXTURE(service_fixture, "it greets whoever looks at it") {
    for (const auto* const path : {"/connect", "/connect/", "/connect?x"}) {
      CAPTURE(path);
      const auto answer = answer_to(std::string{"GET "} + path);
      CHECK(status_of(answer) == 200);
      CHECK(has(answer, "Content-Type: text/plain; charset=UTF-8"));
      CHECK(body_of(answer) == "Welcome to SockJS!\n");
      CHECK_FALSE(has_field(answer, "Set-Cookie"));
    }
  }

  TEST_CASE_FIXTURE(service_fixture, "the greeting is for GET alone") {
    for (const auto* const method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
      CAPTURE(method);
      const auto answer = answer_to(std::string{method} + " /connect");
      CHECK(status_of(answer) == 405);
      CHECK(has(answer, "Allow: GET"));
      CHECK(has(answer, "Content-Length: 0"));
      CHECK_FALSE(has_field(answer, "Content-Type"));
    }
  }

  TEST_CASE_FIXTURE(service_fixture, "other paths are not found") {
    for (const auto* const path :
         {"/connect//", "/connecting", "/connectinfo", "/connect/a",
          "/connect/a/b", "/connect/info/", "/connect/INFO"}) {
      CAPTURE(path);
      CHECK(status_of(answer_to(std::string{"GET "} + path)) == 404);
    }
  }

  // -- info ------------------------------------------------------------------

  TEST_CASE_FIXTURE(service_fixture, "info says what the service can do") {
    const auto answer = answer_to("GET /connect/info?t=1");
    CHECK(status_of(answer) == 200);
    CHECK(has(answer, "Content-Type: application/json; charset=UTF-8"));
    CHECK(has(answer, "Cache-Control: no-store, no-cache, no-transform, "
                      "must-revalidate, max-age=0"));
    CHECK_FALSE(has_field(answer, "Expires"));
    CHECK_FALSE(has_field(answer, "Last-Modified"));
    CHECK_FALSE(has_field(answer, "ETag"));
    CHECK_FALSE(has_field(answer, "Set-Cookie"));
    CHECK(body_of(answer).starts_with(
      R"({"websocket":true,"cookie_needed":true,"origins":["*:*"],"entropy":)"));
  }

  TEST_CASE_FIXTURE(service_fixture, "info follows the cookie setting") {
    sockjs.cookie = false;
    CHECK(answer_to("GET /connect/info").find(R"("cookie_needed":false)")
          != std::string::npos);
  }

  TEST_CASE_FIXTURE(service_fixture,
                    "entropy is below 2^32 and always another") {
    std::set<std::string> seen;
    for (int i = 0; i < 10; ++i) {
      const auto body = body_of(answer_to("GET /connect/info"));
      const auto digits = body.substr(body.rfind(':') + 1);
      REQUIRE(digits.ends_with("}"));
      CHECK(std::stoull(digits) < (1ULL << 32));
      seen.insert(digits);
    }
    CHECK(seen.size() > 8);
  }

  TEST_CASE_FIXTURE(service_fixture,
                    "whoever asks without an origin may read") {
    const auto answer = answer_to("GET /connect/info");
    CHECK(has(answer, "Access-Control-Allow-Origin: *"));
    CHECK(has(answer, "Vary: Origin"));
    CHECK_FALSE(has_field(answer, "Access-Control-Allow-Credentials"));
    CHECK_FALSE(has_field(answer, "Access-Control-Allow-Headers"));
  }

  TEST_CASE_FIXTURE(service_fixture, "a page may read, whatever its origin") {
    for (const auto* const origin : {"https://page.example:8443", "null"}) {
      CAPTURE(origin);
      const auto answer
        = answer_to("GET /connect/info",
                    "Origin: " + std::string{origin}
                      + "\r\nAccess-Control-Request-Headers: a, b\r\n");
      CHECK(has(answer, "Access-Control-Allow-Origin: " + std::string{origin}));
      CHECK(has(answer, "Access-Control-Allow-Credentials: true"));
      CHECK(has(answer, "Access-Control-Allow-Headers: a, b"));
      CHECK_FALSE(has(answer, "Access-Control-Allow-Origin: *"));
    }
  }

  TEST_CASE_FIXTURE(service_fixture,
                    "an empty list of headers is not repeated") {
    const auto answer
      = answer_to("GET /connect/info", "Access-Control-Request-Headers: \r\n");
    CHECK_FALSE(has_field(answer, "Access-Control-Allow-Headers"));
  }

  TEST_CASE_FIXTURE(service_fixture, "a preflight is answered for a year") {
    const auto answer
      = answer_to("OPTIONS /connect/info", "Origin: http://o\r\n");
    CHECK(status_of(answer) == 204);
    CHECK(body_of(answer) == "");
    CHECK(has(answer, "Access-Control-Allow-Origin: http://o"));
    CHECK(has(answer, "Access-Control-Allow-Methods: OPTIONS, GET"));
    CHECK(has(answer, "Access-Control-Max-Age: 31536000"));
    CHECK(has(answer, "Cache-Control: public, max-age=31536000"));
    const auto expires = answer.find("\r\nExpires: ");
    REQUIRE(expires != std::string::npos);
    CHECK(
      answer.substr(expires + 2, answer.find("\r\n", expires + 2) - expires - 2)
        .ends_with(" GMT"));
  }

  TEST_CASE_FIXTURE(service_fixture, "info is for GET and OPTIONS") {
    const auto answer = answer_to("POST /connect/info");
    CHECK(status_of(answer) == 405);
    CHECK(has(answer, "Allow: OPTIONS, GET"));
  }

  TEST_CASE_FIXTURE(service_fixture, "info says if there are no WebSockets") {
    sockjs.transports.set(sockjs_transport::websocket, false);
    CHECK(body_of(answer_to("GET /connect/info"))
            .starts_with(R"({"websocket":false,)"));
  }

  // -- the iframe page -------------------------------------------------------

  TEST_CASE_FIXTURE(service_fixture, "the iframe page is kept for a year") {
    const auto answer = answer_to("GET /connect/iframe-1.0.html?t=1",
                                  "Cookie: JSESSIONID=x\r\n");
    CHECK(status_of(answer) == 200);
    CHECK(has(answer, "Content-Type: text/html; charset=UTF-8"));
    CHECK(has(answer, "Cache-Control: public, max-age=31536000"));
    CHECK(has_field(answer, "Expires"));
    CHECK(has_field(answer, "ETag"));
    CHECK_FALSE(has_field(answer, "Last-Modified"));
    CHECK_FALSE(has_field(answer, "Set-Cookie"));
    CHECK(body_of(answer).find("<script src=\"/client/sockjs.min.js\">")
          != std::string::npos);
    CHECK(body_of(answer) == body_of(answer_to("GET /connect/iframe.html")));
  }

  TEST_CASE_FIXTURE(service_fixture, "a client that has the page is told so") {
    const auto page = answer_to("GET /connect/iframe.html");
    const auto begin = page.find("ETag: ") + 6;
    const auto tag = page.substr(begin, page.find("\r\n", begin) - begin);
    const auto answer = answer_to("GET /connect/iframe-x.html",
                                  "If-None-Match: " + tag + "\r\n");
    CHECK(status_of(answer) == 304);
    CHECK(body_of(answer) == "");
    CHECK_FALSE(has_field(answer, "Content-Type"));
    CHECK(has(answer, "ETag: " + tag));
    CHECK(status_of(answer_to("GET /connect/iframe.html",
                              "If-None-Match: \"other\"\r\n"))
          == 200);
  }

  TEST_CASE_FIXTURE(service_fixture, "the iframe page is for GET alone") {
    const auto answer = answer_to("POST /connect/iframe.html");
    CHECK(status_of(answer) == 405);
    CHECK(has(answer, "Allow: GET"));
  }

  // -- WebSockets ------------------------------------------------------------

  TEST_CASE_FIXTURE(service_fixture, "a SockJS WebSocket opens with o") {
    auto& client = upgrades("/connect/000/abcdefgh/websocket?t=1");
    const auto [head, sent] = upgrade_of(client);
    CHECK(head.starts_with("HTTP/1.1 101 "));
    CHECK(has(head, "Upgrade: websocket"));
    CHECK(has(head, "Connection: Upgrade"));
    CHECK(has(head, accepted_nonce));
    CHECK_FALSE(has_field(head, "Content-Length"));
    CHECK_FALSE(has_field(head, "Transfer-Encoding"));
    CHECK_FALSE(has_field(head, "Sec-WebSocket-Extensions"));
    CHECK(sent == frames{"text:o"});
    CHECK(connections() == 1);
  }

  TEST_CASE_FIXTURE(service_fixture, "a raw WebSocket opens in silence") {
    auto& client = upgrades("/connect/websocket");
    const auto [head, sent] = upgrade_of(client);
    CHECK(has(head, accepted_nonce));
    CHECK(sent == frames{});
    CHECK(connections() == 1);
  }

  TEST_CASE_FIXTURE(service_fixture,
                    "frames right behind the request are read") {
    auto& client = upgrades("/connect/websocket",
                            masked_text("CONNECT u:key")
                              + masked_frame(websocket::opcode::ping, "?"));
    CHECK(upgrade_of(client).second == frames{"pong:?"});
    CHECK(online("u"));
  }

  TEST_CASE_FIXTURE(service_fixture, "two clients may share a session id") {
    upgrades("/connect/0/same/websocket");
    upgrades("/connect/0/same/websocket");
    CHECK(connections() == 2);
  }

  TEST_CASE_FIXTURE(service_fixture,
                    "a request that is no handshake is refused") {
    for (const auto* const path :
         {"/connect/websocket", "/connect/0/s/websocket"}) {
      CAPTURE(path);
      CHECK(status_of(answer_to(std::string{"GET "} + path)) == 400);
      const auto post = answer_to(std::string{"POST "} + path);
      CHECK(status_of(post) == 405);
      CHECK(has(post, "Allow: GET"));
    }
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(service_fixture, "beyond the limit clients are put off") {
    permits(2);
    auto& first = upgrades("/connect/websocket");
    upgrades("/connect/0/s/websocket");
    auto& third = upgrades("/connect/websocket");
    const auto refusal = third.take_received();
    CHECK(status_of(refusal) == 503);
    CHECK(has(refusal, "Retry-After: 5"));
    CHECK(connections() == 2);
    // There is room when one has left.
    first.closes();
    REQUIRE(eventually([&] { return connections() == 1; }));
    CHECK(status_of(upgrades("/connect/websocket").received()) == 101);
    CHECK(connections() == 2);
  }

  TEST_CASE_FIXTURE(service_fixture, "without WebSockets there is none") {
    sockjs.transports.set(sockjs_transport::websocket, false);
    for (const auto* const path :
         {"/connect/websocket", "/connect/0/s/websocket"})
      CHECK(status_of(upgrades(path).received()) == 404);
    CHECK(connections() == 0);
  }

  TEST_CASE_FIXTURE(service_fixture,
                    "the log does not tell the id of a session") {
    const auto logged = [this](std::string_view path) {
      return sites[0].find(path)->loggable_path(path);
    };
    CHECK(logged("/connect/000/abcdefgh/xhr_streaming")
          == "/connect/000/abc.../xhr_streaming");
    CHECK(logged("/connect/000/ab/xhr") == "/connect/000/ab.../xhr");
    CHECK(logged("/connect/info") == "/connect/info");
    CHECK(logged("/connect") == "/connect");
  }

  TEST_CASE_FIXTURE(service_fixture, "the limit is for connections alone") {
    permits(1);
    upgrades("/connect/websocket");
    CHECK(status_of(answer_to("GET /connect/info")) == 200);
  }
}
