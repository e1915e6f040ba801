#include "tests/load/subscriber_bounds.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

TEST_SUITE("subscriber bounds") {
  TEST_CASE("who comes while a message is under way may be counted") {
    subscriber_bounds bounds;
    bounds.possible(2);
    bounds.certain(2);
    bounds.sent();
    bounds.possible(1);
    bounds.certain(1);
    const auto counted = bounds.answered();
    CHECK(counted.least == 2);
    CHECK(counted.most == 3);
  }

  TEST_CASE("who leaves while a message is under way may be counted") {
    subscriber_bounds bounds;
    bounds.possible(2);
    bounds.certain(2);
    bounds.sent();
    bounds.certain(-1);
    bounds.possible(-1);
    const auto counted = bounds.answered();
    CHECK(counted.least == 1);
    CHECK(counted.most == 2);
  }

  TEST_CASE("each message has its own bounds") {
    subscriber_bounds bounds;
    bounds.sent();
    bounds.possible(1);
    bounds.certain(1);
    bounds.sent();
    CHECK(bounds.answered().least == 0);
    const auto second = bounds.answered();
    CHECK(second.least == 1);
    CHECK(second.most == 1);
    CHECK(bounds.now().most == 1);
  }
}
