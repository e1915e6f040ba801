#include "actors/rate_limit.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

using moment = rate_limit::clock::time_point;

constexpr auto none = rate_limit::duration::zero();

// How many it lets through at a moment.
template <class Limit>
std::size_t let_through(Limit& limit, moment now, std::size_t per_second) {
  std::size_t count = 0;
  while (count < 10'000 && limit.take(now, per_second) == none)
    ++count;
  return count;
}

} // namespace

TEST_SUITE("rate limit") {
  TEST_CASE("after a rest as many may come at once as in a second") {
    for (const std::size_t rate : {1, 3, 7, 1000}) {
      CAPTURE(rate);
      rate_limit limit;
      CHECK(let_through(limit, moment{1h}, rate) == rate);
      CHECK(let_through(limit, moment{2h}, rate) == rate);
    }
  }

  TEST_CASE("in the long run as many come as the rate says") {
    rate_limit limit;
    std::size_t count = let_through(limit, moment{1h}, 10);
    for (int i = 1; i <= 1000; ++i)
      count += let_through(limit, moment{1h} + i * 10ms, 10);
    CHECK(count == 10 + 100);
  }

  TEST_CASE("who comes too early is told how long to wait, and not counted") {
    rate_limit limit;
    CHECK(let_through(limit, moment{1h}, 4) == 4);
    for (int i = 0; i < 3; ++i)
      CHECK(limit.take(moment{1h}, 4) == 250ms);
    CHECK(limit.take(moment{1h} + 100ms, 4) == 150ms);
    CHECK(limit.take(moment{1h} + 250ms, 4) == none);
    CHECK(limit.take(moment{1h} + 250ms, 4) == 250ms);
  }

  TEST_CASE("what has happened is counted in any case") {
    rate_limit limit;
    for (int i = 0; i < 3; ++i)
      CHECK(limit.note(moment{1h}, 4) == none);
    CHECK(limit.note(moment{1h}, 4) == 250ms);
    CHECK(limit.note(moment{1h}, 4) == 500ms);
    CHECK(limit.note(moment{1h} + 750ms, 4) == none);
  }

  TEST_CASE("a rate of 0 is no limit") {
    rate_limit limit;
    CHECK(let_through(limit, moment{1h}, 0) == 10'000);
    CHECK(limit.note(moment{1h}, 0) == none);
    CHECK(limit.is_fresh(moment{1h}));
  }

  TEST_CASE("a clock that stands still, or begins at zero, does no harm") {
    rate_limit limit;
    CHECK(let_through(limit, moment{}, 5) == 5);
    CHECK(limit.take(moment{}, 5) == 200ms);
  }

  TEST_CASE("it is fresh again once its time has passed") {
    rate_limit limit;
    CHECK(limit.is_fresh(moment{1h}));
    limit.take(moment{1h}, 2);
    CHECK_FALSE(limit.is_fresh(moment{1h} + 499ms));
    CHECK(limit.is_fresh(moment{1h} + 500ms));
  }

  TEST_CASE("another rate holds from the next time on") {
    rate_limit limit;
    CHECK(let_through(limit, moment{1h}, 2) == 2);
    CHECK(limit.take(moment{1h}, 2) == 500ms);
    CHECK(limit.take(moment{1h}, 100) == 10ms);
    CHECK(limit.take(moment{1h}, 0) == none);
  }

  TEST_CASE("many threads together get what one would") {
    shared_rate_limit limit;
    std::atomic<std::size_t> count{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&limit, &count] {
        for (int n = 0; n < 2000; ++n)
          if (limit.take(moment{1h}, 1000) == none)
            ++count;
      });
    for (auto& each : threads)
      each.join();
    CHECK(count == 1000);
    CHECK(limit.take(moment{1h}, 1000) == 1ms);
  }
}
