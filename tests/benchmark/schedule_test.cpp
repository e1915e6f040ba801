#include "tools/benchmark/schedule.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::benchmark;
using namespace std::chrono_literals;

namespace {

const clock::time_point start{10s};

clock::time_point after(std::uint64_t messages, schedule of) {
  for (std::uint64_t i = 0; i < messages; ++i)
    of.take();
  return of.next();
}

} // namespace

TEST_SUITE("schedule") {
  TEST_CASE("the first message is due at once") {
    CHECK(schedule{10, start}.next() == start);
  }

  TEST_CASE("messages are due at even distances") {
    CHECK(after(1, {10, start}) == start + 100ms);
    CHECK(after(2, {10, start}) == start + 200ms);
    CHECK(after(1, {0.5, start}) == start + 2s);
  }

  TEST_CASE("distances that no clock can tell do not add up to a drift") {
    CHECK(after(3'000'000, {3, start}) == start + 1'000'000s);
  }

  TEST_CASE("what is due does not depend on when it is asked for") {
    const schedule plan{10, start};
    CHECK(plan.next() == start);
    CHECK(plan.next() == start);
  }
}
