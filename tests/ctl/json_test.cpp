#include "ctl/json.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

TEST_SUITE("json") {
  TEST_CASE("what is not JSON gives nothing") {
    CHECK(!parse_json(""));
    CHECK(!parse_json("{"));
    CHECK(!parse_json("\xFF"));
  }

  TEST_CASE("what nests deeper than any answer gives nothing") {
    const auto nested = [](std::size_t depth) {
      return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(parse_json(nested(64)));
    CHECK(!parse_json(nested(65)));
    CHECK(!parse_json(nested(1'000'000)));
  }

  TEST_CASE("output is ASCII without control characters") {
    const auto found = parse_json("[\"\\u001b[2J \xC3\xBC \xF0\x9F\x98\x80\"]");
    REQUIRE(found);
    CHECK(json_text(*found) == R"(["\u001B[2J \u00FC \uD83D\uDE00"])");
    CHECK(json_text(std::string_view{"\x1B"}) == R"("\u001b")");
  }

  TEST_CASE("a member that is missing or of another type is nothing") {
    const auto found = parse_json(R"({"n": "text", "t": 1, "l": {}, "x": -1})");
    REQUIRE(found);
    CHECK(count_of(*found, "n") == 0);
    CHECK(count_of(*found, "x") == 0);
    CHECK(number_of(*found, "none") == 0);
    CHECK(text_of(*found, "t").empty());
    CHECK(elements(*found, "l").Empty());
    CHECK(member(member(*found, "t"), "inner").IsNull());
  }

  TEST_CASE("members are read by their type") {
    const auto found
      = parse_json(R"({"n": 7, "d": 1.5, "t": "a\u0000b", "l": [1, 2]})");
    REQUIRE(found);
    CHECK(count_of(*found, "n") == 7);
    CHECK(number_of(*found, "d") == 1.5);
    CHECK(text_of(*found, "t") == std::string{"a\0b", 3});
    CHECK(elements(*found, "l").Size() == 2);
  }
}

} // namespace thunderpush::ctl
