#include "tests/load/numbered_message.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

namespace {

constexpr clock::time_point posted{std::chrono::microseconds{1234}};

} // namespace

TEST_SUITE("numbered message") {
  TEST_CASE("what is published is read back from a channel's element") {
    CHECK(to_body({1, 22, posted}) == "[1,22,1234]");
    std::string_view text
      = R"({"payload":"[1,22,1234]","channel":"c"},{"payload")";
    const auto result = take_delivery(text);
    REQUIRE(result);
    CHECK(result->channel == "c");
    CHECK(result->message.stream == 1);
    CHECK(result->message.number == 22);
    CHECK(result->message.posted == posted);
    CHECK(text == R"(,{"payload")");
  }

  TEST_CASE("a user's element has no channel") {
    std::string_view text = R"({"payload":"[1,22,1234]"})";
    const auto result = take_delivery(text);
    REQUIRE(result);
    CHECK(result->channel.empty());
    CHECK(text.empty());
  }

  TEST_CASE("an element that differs in one byte is refused") {
    for (const std::string_view wrong :
         {R"({"payload": "[1,2,3]"})", R"({"payload":[1,2,3]})",
          R"({"payload":"[1,2]"})", R"({"payload":"[1,2,3]")",
          R"({"payload":"[1,2,3]","channel":""})",
          R"({"payload":"[1,2,3]","channel":"c)",
          R"({"payload":"[1,2,3]","user":"c"})", R"({"payload":"[-1,2,3]"})",
          R"("[1,2,3]")", ""}) {
      auto text = wrong;
      CAPTURE(wrong);
      CHECK_FALSE(take_delivery(text));
      CHECK(text == wrong);
    }
  }
}
