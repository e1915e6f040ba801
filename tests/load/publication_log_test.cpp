#include "tests/load/publication_log.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

namespace {

clock::time_point at(int second) {
  return clock::time_point{std::chrono::seconds{second}};
}

/// Messages 0, 1, 2 posted at 10, 20, 30 and answered a second later.
publication_log three_messages() {
  publication_log log;
  for (int i = 1; i <= 3; ++i)
    log.answered(log.post(at(10 * i)), at(10 * i + 1));
  return log;
}

} // namespace

TEST_SUITE("publication log") {
  TEST_CASE("numbers are given in order from 0") {
    publication_log log;
    CHECK(log.post(at(1)) == 0);
    CHECK(log.post(at(2)) == 1);
  }

  TEST_CASE("a span holds what was posted and answered in it") {
    const auto log = three_messages();
    const auto all = log.published_between(at(10), at(31));
    REQUIRE(all);
    CHECK(all->first == 0);
    CHECK(all->last == 2);
    const auto middle = log.published_between(at(11), at(30));
    REQUIRE(middle);
    CHECK(middle->first == 1);
    CHECK(middle->last == 1);
  }

  TEST_CASE("a span between two messages is empty") {
    CHECK_FALSE(three_messages().published_between(at(11), at(20)));
    CHECK_FALSE(publication_log{}.published_between(at(0), at(9)));
  }

  TEST_CASE("a span that ends before it begins is empty") {
    CHECK_FALSE(three_messages().published_between(at(25), at(15)));
  }

  TEST_CASE("a message without an answer is in no span") {
    publication_log log;
    log.post(at(1));
    CHECK_FALSE(log.published_between(at(0), at(99)));
  }
}
