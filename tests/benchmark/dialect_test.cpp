#include "tools/benchmark/dialect.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::benchmark;
using thunderpush::load::credentials;
using thunderpush::load::endpoint;

namespace {

const endpoint server{0x7f000001, 8080};
const credentials who{"public", "secret"};

using commands = std::vector<std::string>;

} // namespace

TEST_SUITE("dialect") {
  TEST_CASE("over SockJS each client has a session of its own") {
    const auto speaks = sockjs_dialect(server, who);
    CHECK(speaks->path(12'345, 0) == "/connect/345/00012345/websocket");
    CHECK(speaks->path(7, 0) == "/connect/007/00000007/websocket");
  }

  TEST_CASE("over SockJS commands wait for the greeting, in arrays") {
    const auto speaks = sockjs_dialect(server, who);
    CHECK(speaks->greeting() == "o");
    CHECK(speaks->introduction(7, 3)
          == commands{R"(["CONNECT u7:public"])", R"(["SUBSCRIBE c3"])"});
  }

  TEST_CASE("over a raw WebSocket commands are sent as they are") {
    const auto speaks = raw_dialect(server, who);
    CHECK(speaks->greeting().empty());
    CHECK(speaks->introduction(7, 3)
          == commands{"CONNECT u7:public", "SUBSCRIBE c3"});
  }

  TEST_CASE("a message arrives as text in an envelope with its channel") {
    const auto shape = sockjs_dialect(server, who)->arrival(3, 18);
    std::string_view text
      = R"({"payload":"{\"d\":\"00000001xx\"}","channel":"c3"})";
    CHECK(shape.take(text) == 1);
    std::string_view of_another
      = R"({"payload":"{\"d\":\"00000001xx\"}","channel":"c4"})";
    CHECK_FALSE(shape.take(of_another));
  }

  TEST_CASE("who opens a plain WebSocket is subscribed") {
    const auto speaks = plain_dialect(server);
    CHECK(speaks->path(7, 3) == "/sub/3");
    CHECK(speaks->introduction(7, 3).empty());
    std::string_view text = R"({"d":"00000001xx"})";
    CHECK(speaks->arrival(3, 18).take(text) == 1);
  }

  TEST_CASE("a plain server is sent the body as it is") {
    CHECK(plain_dialect(server)->publish(3, "[1]")
          == "POST /pub/3 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
             "Content-Type: application/json\r\nContent-Length: 3\r\n\r\n[1]");
  }
}
