#include "ctl/latencies.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

using std::chrono::microseconds;

TEST_SUITE("latencies") {
  TEST_CASE("without any, every quantile is 0") {
    const latencies none;
    CHECK(none.quantile(0.5) == microseconds{0});
    CHECK(none.max() == microseconds{0});
  }

  TEST_CASE("one latency is all of its quantiles") {
    latencies one;
    one.add(microseconds{1234});
    CHECK(one.quantile(0) == microseconds{1234});
    CHECK(one.quantile(0.5) == microseconds{1234});
    CHECK(one.quantile(1) == microseconds{1234});
  }

  TEST_CASE("up to 64 us they are exact") {
    latencies some;
    for (int i = 1; i <= 60; ++i)
      some.add(microseconds{i});
    CHECK(some.count() == 60);
    CHECK(some.quantile(0.50) == microseconds{30});
    CHECK(some.quantile(0.90) == microseconds{54});
    CHECK(some.quantile(0.99) == microseconds{60});
    CHECK(some.max() == microseconds{60});
  }

  TEST_CASE("above that they are at most 1/64 too much, and never too little") {
    for (microseconds::rep value = 64; value < 10'000'000;
         value += value / 50) {
      latencies some;
      some.add(microseconds{value});
      some.add(microseconds{value * 4});
      const auto found = some.quantile(0.5).count();
      CAPTURE(value);
      CHECK(found >= value);
      CHECK(found <= value + value / 64);
    }
  }

  TEST_CASE("the largest is exact, and no quantile exceeds it") {
    latencies some;
    some.add(microseconds{1'000'001});
    CHECK(some.quantile(0.99) == microseconds{1'000'001});
  }

  TEST_CASE("less than none counts as none, and what is absurd is kept apart") {
    latencies some;
    some.add(microseconds{-5});
    CHECK(some.quantile(1) == microseconds{0});
    some.add(microseconds::max());
    CHECK(some.count() == 2);
    CHECK(some.quantile(0.5) == microseconds{0});
  }
}

} // namespace thunderpush::ctl
