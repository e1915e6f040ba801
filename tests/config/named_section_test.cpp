#include "config/named_section.hpp"

#include "config/option_table.hpp"

#include <doctest/doctest.h>

namespace thunderpush {

TEST_SUITE("named section") {
  TEST_CASE("a section with a name is one of its kind") {
    CHECK(table_section("app.main") == "app");
    CHECK(section_name("app.main") == "main");
    CHECK(table_section("namespace.a_B-1") == "namespace");
    CHECK(section_name("namespace.a_B-1") == "a_B-1");
  }

  TEST_CASE("any other section is itself and has no name") {
    for (auto section : {"server", "app", "app.", "app.a b", "app.a.b",
                         "server.main", "apps.main", ".main", ""}) {
      CHECK_MESSAGE(table_section(section) == section, section);
      CHECK_MESSAGE(section_name(section).empty(), section);
    }
  }

  TEST_CASE("the documentation has a name for each kind") {
    CHECK(documented_section("app") == "app.NAME");
    CHECK(documented_section("server") == "server");
    CHECK(example_section("listener") == "listener.inside");
    CHECK(example_section("log") == "log");
  }

  TEST_CASE("a section without its name says how to write it") {
    CHECK(unknown_section("secret")
          == "section [secret] does not name a secret: write [secret.NAME], "
             "such as [secret.reader], with letters, digits, _ and - only");
    CHECK(unknown_section("app.a b").starts_with(
      "section [app.a b] does not name an app: write [app.NAME]"));
  }
}

} // namespace thunderpush
