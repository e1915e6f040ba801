#include "config/log_level_table.hpp"

#include <doctest/doctest.h>

namespace thunderpush {

TEST_SUITE("log level table") {
  TEST_CASE("at first all components log from info on") {
    const log_level_table table;
    for (const auto component : log_components) {
      CHECK(table.allows(log_level::info, component));
      CHECK(!table.allows(log_level::debug, component));
    }
    CHECK(table.read() == levels_in_effect{});
  }

  TEST_CASE("a component has a level of its own, the others do not") {
    log_level_table table;
    REQUIRE(table.set("http", log_level::debug));
    REQUIRE(table.set("actors", log_level::off));
    CHECK(table.allows(log_level::debug, "http"));
    CHECK(!table.allows(log_level::trace, "http"));
    CHECK(!table.allows(log_level::error, "actors"));
    CHECK(!table.allows(log_level::debug, "server"));
    CHECK(table.allows(log_level::info, "server"));
    CHECK(table.read()
          == levels_in_effect{
            log_level::info,
            {{"actors", log_level::off}, {"http", log_level::debug}}});
  }

  TEST_CASE("the general level does not change those of components") {
    log_level_table table;
    table.set("http", log_level::debug);
    table.set(log_level::error);
    CHECK(table.allows(log_level::debug, "http"));
    CHECK(!table.allows(log_level::warning, "server"));
    CHECK(table.allows(log_level::error, "server"));
  }

  TEST_CASE("with the general level a component follows it again") {
    log_level_table table;
    table.set("http", log_level::debug);
    table.set("http", log_level::info);
    CHECK(table.read() == levels_in_effect{});
    table.set(log_level::error);
    CHECK(!table.allows(log_level::info, "http"));
  }

  TEST_CASE("only what differs is listed") {
    log_level_table table;
    table.set("http", log_level::debug);
    table.set(log_level::debug);
    CHECK(table.read() == levels_in_effect{log_level::debug, {}});
    table.set(log_level::info);
    CHECK(table.read().components.at("http") == log_level::debug);
  }

  TEST_CASE("an unknown component has the general level and gets no other") {
    log_level_table table;
    CHECK(!table.set("none", log_level::debug));
    CHECK(table.read() == levels_in_effect{});
    CHECK(table.allows(log_level::info, "none"));
    table.set(log_level::warning);
    CHECK(!table.allows(log_level::info, "none"));
  }

  TEST_CASE("setting all forgets levels of components that are not named") {
    log_level_table table;
    table.set("http", log_level::debug);
    table.set(log_level::warning, {{"home", log_level::trace}});
    CHECK(
      table.read()
      == levels_in_effect{log_level::warning, {{"home", log_level::trace}}});
  }

  TEST_CASE("without a component the one that logs most counts") {
    log_level_table table;
    table.set("http", log_level::debug);
    CHECK(table.allows(log_level::debug));
    CHECK(!table.allows(log_level::trace));
    table.set("http", log_level::error);
    CHECK(!table.allows(log_level::debug));
    CHECK(table.allows(log_level::info));
  }

  TEST_CASE("nothing is logged at off") {
    log_level_table table;
    table.set(log_level::off);
    CHECK(!table.allows(log_level::off));
    CHECK(!table.allows(log_level::off, "http"));
    CHECK(!table.allows(log_level::error));
    CHECK(!table.allows(log_level::error, "http"));
  }
}

} // namespace thunderpush
