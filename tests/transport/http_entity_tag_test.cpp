#include "transport/http/entity_tag.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace thunderpush;

TEST_SUITE("entity tag") {
  TEST_CASE("it is quoted, and the same for the same bytes") {
    const auto tag = entity_tag("page");
    CHECK(tag == entity_tag(std::string{"page"}));
    REQUIRE(tag.size() > 2);
    CHECK(tag.starts_with('"'));
    CHECK(tag.ends_with('"'));
    CHECK(tag.find_first_not_of("0123456789abcdef", 1) == tag.size() - 1);
  }

  TEST_CASE("other bytes have another") {
    CHECK(entity_tag("page") != entity_tag("pagf"));
    CHECK(entity_tag("page") != entity_tag(""));
    CHECK(entity_tag("") != entity_tag(std::string(1, '\0')));
  }

  TEST_CASE("a list may name it anywhere, strong or weak") {
    for (const auto* const list :
         {"\"a\"", "W/\"a\"", "\"a\", \"b\"", "\"b\",\"a\"", "\"b\", W/\"a\"",
          " , \"b\" ,, \"a\"", "\"x,y\", \"a\"", "\t\"a\""}) {
      CAPTURE(list);
      CHECK(names_entity_tag(list, "\"a\""));
    }
  }

  TEST_CASE("a star names whatever there is") {
    CHECK(names_entity_tag("*", "\"a\""));
    CHECK_FALSE(names_entity_tag("\"*\"", "\"a\""));
  }

  TEST_CASE("other values do not name it") {
    for (const auto* const list :
         {"", " ", ",", "a", "\"b\"", "\"aa\"", "\"A\"", "\"a", "a\"", "'a'",
          "w/\"a\"", "\"x, \"a\"", "\"b\", \"c\"", "W/", "\"", "**"}) {
      CAPTURE(list);
      CHECK_FALSE(names_entity_tag(list, "\"a\""));
    }
  }
}
