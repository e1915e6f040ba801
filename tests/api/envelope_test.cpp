#include "api/envelope.hpp"

#include "encoding/json.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace thunderpush;

TEST_SUITE("envelope") {
  TEST_CASE(
    "a subscriber gets the payload first, then the channel, no blanks") {
    CHECK(channel_envelope(R"("Hello World!")", "c")
          == R"({"payload":"\"Hello World!\"","channel":"c"})");
  }

  TEST_CASE("a user gets the payload alone") {
    CHECK(user_envelope(R"({"a":1})") == R"({"payload":"{\"a\":1}"})");
  }

  TEST_CASE("the payload is the body character for character") {
    CHECK(user_envelope(" [1,\t2]\r\n") == R"({"payload":" [1,\t2]\r\n"})");
    CHECK(user_envelope("1e999") == R"({"payload":"1e999"})");
    CHECK(user_envelope(R"("\u00e9\/")") == R"({"payload":"\"\\u00e9\\/\""})");
    CHECK(user_envelope("\"\xc3\xa9\xf0\x9f\x98\x80\"")
          == "{\"payload\":\"\\\"\xc3\xa9\xf0\x9f\x98\x80\\\"\"}");
  }

  TEST_CASE(
    "the escape of a lone surrogate stays an escape of six characters") {
    CHECK(user_envelope(R"("\ud800")") == R"({"payload":"\"\\ud800\""})");
    CHECK(user_envelope(R"("\uDC00")") == R"({"payload":"\"\\uDC00\""})");
  }

  TEST_CASE("characters that SockJS clients may lose are escaped") {
    CHECK(user_envelope("\"\xe2\x80\xa8\"") == R"({"payload":"\"\u2028\""})");
  }

  TEST_CASE("every envelope is JSON") {
    for (const auto* payload :
         {"{}", "\"\\\"\\\\\"", "\n1\n", "\"\xef\xbf\xbf\"", "\"\\udfff\""}) {
      CAPTURE(payload);
      REQUIRE_FALSE(check_json(payload));
      CHECK_FALSE(check_json(user_envelope(payload)));
      CHECK_FALSE(check_json(channel_envelope(payload, "a@b;c")));
    }
  }

  TEST_CASE("a long payload with escapes everywhere is complete") {
    std::string expected = R"({"payload":")";
    for (int i = 0; i < 10'000; ++i)
      expected += R"(\")";
    expected += R"("})";
    CHECK(user_envelope(std::string(10'000, '"')) == expected);
  }
}
