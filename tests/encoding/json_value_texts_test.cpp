#include "encoding/json_value_texts.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace thunderpush;

TEST_SUITE("JSON value texts") {
  TEST_CASE("an object is taken apart into the texts of its values") {
    const auto members = split_json_object(
      R"( {"a": 1.50e3 , "b":"x\"}]" ,"c" : [1, {"d": "]"}, []] ,"e":{"f":{}} )"
      R"(,"g":null,"h":true } )");
    REQUIRE(members);
    CHECK(members->size() == 6);
    CHECK(members->at("a") == "1.50e3");
    CHECK(members->at("b") == R"("x\"}]")");
    CHECK(members->at("c") == R"([1, {"d": "]"}, []])");
    CHECK(members->at("e") == R"({"f":{}})");
    CHECK(members->at("g") == "null");
    CHECK(members->at("h") == "true");
    CHECK(split_json_object("{}")->empty());
    CHECK(split_json_object(" { } ")->empty());
  }

  TEST_CASE("names are decoded") {
    const auto members = split_json_object(R"({"\u0061\\":1,"":2})");
    REQUIRE(members);
    CHECK(members->at("a\\") == "1");
    CHECK(members->at("") == "2");
  }

  TEST_CASE("a member that occurs twice, however it is spelt, is refused") {
    CHECK_FALSE(split_json_object(R"({"a":1,"a":1})"));
    CHECK_FALSE(split_json_object(R"({"a":1,"\u0061":2})"));
    CHECK(split_json_object(R"({"a":1,"A":2,"b":{"a":1}})"));
  }

  TEST_CASE("what is no JSON object is refused") {
    for (const auto* text :
         {"", " ", "[]", "1", "\"a\"", "null", "{", "{}}", "{} x", "{a:1}",
          "{\"a\":1,}", "{\"a\"}", "\xEF\xBB\xBF{}", "{\"a\":NaN}",
          "{\"a\":\"\xFF\"}"}) {
      CAPTURE(text);
      CHECK_FALSE(split_json_object(text));
    }
    CHECK_FALSE(split_json_object(std::string_view{"{}\0", 3}));
  }

  TEST_CASE("a string is decoded, anything else is none") {
    CHECK(parse_json_string(R"("a\u00e9\n")") == "a\xC3\xA9\n");
    CHECK(parse_json_string("\"\"") == "");
    for (const auto* text : {"", "1", "[\"a\"]", "null", "\"a\" \"b\"", "\"a"})
      CHECK_FALSE(parse_json_string(text));
  }

  TEST_CASE("a number is read, anything else is none") {
    CHECK(parse_json_number("0") == 0.0);
    CHECK(parse_json_number("-12") == -12.0);
    CHECK(parse_json_number("1700000000.25") == 1700000000.25);
    CHECK(parse_json_number("1.7e9") == 1.7e9);
    for (const auto* text : {"", "inf", "nan", "1e999", "+1", "01", ".5", "1.",
                             "0x10", "\"1\"", "1 ", " 1", "[1]"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_json_number(text));
    }
  }
}
