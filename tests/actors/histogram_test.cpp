#include "actors/histogram.hpp"

#include <doctest/doctest.h>

#include <cstddef>

using namespace thunderpush;
using namespace std::chrono_literals;

TEST_SUITE("histogram") {
  TEST_CASE("its bounds are 1, 2 and 5 of each decade from 10 us to 10 s") {
    REQUIRE(histogram::bounds.size() == 19);
    CHECK(histogram::bounds.front() == 10us);
    CHECK(histogram::bounds[1] == 20us);
    CHECK(histogram::bounds[2] == 50us);
    CHECK(histogram::bounds[3] == 100us);
    CHECK(histogram::bounds[17] == 5s);
    CHECK(histogram::bounds.back() == 10s);
    for (std::size_t i = 3; i < histogram::bounds.size(); ++i)
      CHECK(histogram::bounds[i] == 10 * histogram::bounds[i - 3]);
  }

  TEST_CASE("one without durations is all zeros") {
    const histogram none;
    CHECK(none.count() == 0);
    CHECK(none.sum() == 0ns);
    CHECK(none.max() == 0ns);
    CHECK(none.percentile(0.5) == 0ns);
    CHECK(none.up_to(histogram::bounds.size() - 1) == 0);
  }

  TEST_CASE("a duration counts up to each bound that it does not exceed") {
    histogram some;
    some.add(0ns);
    some.add(10us);       // on the first bound
    some.add(10us + 1ns); // in the second
    some.add(20us);       // on it
    some.add(10s);        // on the last
    some.add(10s + 1ns);  // beyond
    CHECK(some.up_to(0) == 2);
    CHECK(some.up_to(1) == 4);
    CHECK(some.up_to(17) == 4);
    CHECK(some.up_to(18) == 5);
    CHECK(some.count() == 6);
  }

  TEST_CASE("it knows the sum and the largest of its durations") {
    histogram some;
    some.add(3ms);
    some.add(70us);
    some.add(20s);
    CHECK(some.sum() == 20s + 3ms + 70us);
    CHECK(some.max() == 20s);
  }

  TEST_CASE("a percentile is read between the bounds") {
    histogram some;
    for (auto value = 1us; value <= 100us; value += 1us)
      some.add(value);
    CHECK(some.percentile(0.5) == 50us);
    CHECK(some.percentile(0.9) == 90us);
    CHECK(some.percentile(0.05) == 5us);
    CHECK(some.percentile(1) == 100us);
  }

  TEST_CASE("no percentile is above the largest duration") {
    histogram some;
    some.add(21us); // its bound is 50 us
    CHECK(some.percentile(1) == 21us);
    CHECK(some.percentile(0.99) <= 21us);
    CHECK(some.percentile(0.99) > 20us);
    histogram large;
    large.add(60s);
    CHECK(large.percentile(1) == 60s);
    CHECK(large.percentile(0.5) >= 10s);
  }

  TEST_CASE("a percentile passes over what is empty") {
    histogram some;
    for (int i = 0; i < 99; ++i)
      some.add(10us);
    some.add(5s);
    CHECK(some.percentile(0.5) <= 10us);
    CHECK(some.percentile(0.99) <= 10us);
    CHECK(some.percentile(0.995) > 2s);
  }

  TEST_CASE("two add up to what one had counted") {
    histogram one;
    histogram two;
    histogram both;
    for (const auto value : {5us, 300us, 7000us}) {
      one.add(value);
      both.add(value);
    }
    for (const auto value : {300us, 40'000'000us}) {
      two.add(value);
      both.add(value);
    }
    one += two;
    CHECK(one.count() == 5);
    CHECK(one.sum() == both.sum());
    CHECK(one.max() == 40s);
    for (std::size_t i = 0; i < histogram::bounds.size(); ++i)
      CHECK(one.up_to(i) == both.up_to(i));
  }
}

TEST_SUITE("recent histogram") {
  TEST_CASE("it is about the last minute") {
    CHECK(recent_histogram::periods * recent_histogram::period == 1min);
  }

  TEST_CASE("a duration is forgotten when all periods have passed") {
    recent_histogram recent;
    recent.add(1ms);
    for (std::size_t i = 1; i < recent_histogram::periods; ++i) {
      recent.turn();
      CHECK(recent.all().count() == 1);
    }
    recent.turn();
    CHECK(recent.all().count() == 0);
    CHECK(recent.all().max() == 0ns);
  }

  TEST_CASE("what is younger stays") {
    recent_histogram recent;
    for (std::size_t i = 0; i < 2 * recent_histogram::periods; ++i) {
      recent.add(1ms);
      recent.add(2ms);
      recent.turn();
    }
    // The current period has just begun.
    CHECK(recent.all().count() == 2 * (recent_histogram::periods - 1));
  }
}
