#include "tests/load/sockjs_frame.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

TEST_SUITE("SockJS frame") {
  TEST_CASE("open and heartbeat are single letters") {
    CHECK(parse_sockjs_frame("o")->what == sockjs_frame::kind::open);
    CHECK(parse_sockjs_frame("h")->what == sockjs_frame::kind::heartbeat);
  }

  TEST_CASE("an array frame has the messages in order") {
    const auto frame
      = parse_sockjs_frame(R"(a[{"payload":"[1,7,0]","channel":"c"},)"
                           R"({"payload":"[1,8,0]"}])");
    REQUIRE(frame);
    CHECK(frame->what == sockjs_frame::kind::messages);
    REQUIRE(frame->deliveries.size() == 2);
    CHECK(frame->deliveries[0].channel == "c");
    CHECK(frame->deliveries[0].message.number == 7);
    CHECK(frame->deliveries[1].channel.empty());
    CHECK(frame->deliveries[1].message.number == 8);
  }

  TEST_CASE("a close frame has a code and a reason") {
    const auto frame = parse_sockjs_frame(R"(c[9002,"Go."])");
    REQUIRE(frame);
    CHECK(frame->what == sockjs_frame::kind::close);
    CHECK(frame->code == 9002);
  }

  TEST_CASE("a frame that differs in one byte is refused") {
    for (const std::string_view wrong :
         {"", "O", "oo", "hh", "a", "a[]", "a[", R"(a[{"payload":"[1,2,3]"})",
          R"(a[{"payload":"[1,2,3]"},])", R"(a[{"payload":"[1,2,3]"}]])",
          R"(a["x"])", "c", "c[]", R"(c["x"])", R"(c[9002, "x"])",
          R"(c[9002,x])", R"(c[9002,"x")", R"(c[99999,"x"])", R"(c[0,"x"])"}) {
      CAPTURE(wrong);
      CHECK_FALSE(parse_sockjs_frame(wrong));
    }
  }
}
