#include "tests/load/admin_stats.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

TEST_SUITE("admin stats") {
  TEST_CASE("the sums are read, not the figures of a home") {
    constexpr std::string_view stats
      = R"({"homes": 2, "actors": {"hub": 2, "channel": 7}, "deliveries": 5, )"
        R"("by_home": [{"home": 0, "actors": {"hub": 1}, "deliveries": 3}]})";
    CHECK(actors_in(stats) == R"({"hub": 2, "channel": 7})");
    CHECK(counter_in(stats, "deliveries") == 5);
  }

  TEST_CASE("what is not there is nothing") {
    CHECK_FALSE(actors_in("{}"));
    CHECK_FALSE(actors_in(R"({"actors": 3})"));
    CHECK_FALSE(actors_in(R"({"actors": {"hub": 1)"));
    CHECK_FALSE(counter_in("{}", "deliveries"));
    CHECK_FALSE(counter_in(R"({"deliveries": "x"})", "deliveries"));
  }
}
