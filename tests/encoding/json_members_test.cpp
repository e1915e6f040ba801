#include "encoding/json_members.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace thunderpush;
using namespace std::string_literals;

TEST_SUITE("json members") {
  TEST_CASE("an object of strings is read") {
    CHECK(parse_json_members("{}") == json_members{});
    CHECK(parse_json_members(R"({"level": "info"})")
          == json_members{{"level", "info"}});
    CHECK(parse_json_members(" {\"a\":\"1\" ,\n \"b\":\"2\"} ")
          == json_members{{"a", "1"}, {"b", "2"}});
  }

  TEST_CASE("names and values are decoded") {
    CHECK(
      parse_json_members(R"({"\u006cevel": "a\n\"\u00e9\ud83d\ude00\u0000"})")
      == json_members{{"level", "a\n\"\u00e9\U0001f600\0"s}});
    CHECK(parse_json_members(R"({"": ""})") == json_members{{"", ""}});
  }

  TEST_CASE("what is no such object is refused") {
    for (const char* text : {"",
                             " ",
                             "null",
                             "\"level\"",
                             "1",
                             "[]",
                             "[\"a\"]",
                             "{",
                             "}",
                             "{]",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\": 1}",
                             "{\"a\": null}",
                             "{\"a\": true}",
                             "{\"a\": {}}",
                             "{\"a\": {\"b\": \"c\"}}",
                             "{\"a\": []}",
                             "{\"a\": [\"b\"]}",
                             "{\"a\": \"b\",}",
                             "{a: \"b\"}",
                             "{\"a\": \"b\"} x",
                             "{}{}",
                             "{\"a\": \"b}",
                             "{'a': 'b'}"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_json_members(text));
    }
  }

  TEST_CASE("a member that occurs twice is refused") {
    CHECK_FALSE(parse_json_members(R"({"a": "1", "a": "1"})"));
    CHECK_FALSE(parse_json_members(R"({"a": "1", "\u0061": "2"})"));
  }

  TEST_CASE("what is not UTF-8 is refused") {
    CHECK_FALSE(parse_json_members("{\"a\": \"\xff\"}"));
    CHECK_FALSE(parse_json_members("{\"\xc3\": \"b\"}"));
  }

  TEST_CASE("the escape of a lone surrogate becomes U+FFFD") {
    CHECK(parse_json_members(R"({"a": "\ud83d"})")
          == json_members{{"a", "\ufffd"}});
  }

  TEST_CASE("a NUL in the text ends nothing") {
    CHECK_FALSE(parse_json_members("{\"a\": \"b\"}\0"s));
    CHECK_FALSE(parse_json_members("{\"a\": \"b\0\"}"s));
  }

  TEST_CASE("depth is no danger") {
    CHECK_FALSE(parse_json_members(std::string(100'000, '[')));
    std::string deep;
    for (int i = 0; i < 100'000; ++i)
      deep += "{\"a\":";
    CHECK_FALSE(parse_json_members(deep));
  }
}
