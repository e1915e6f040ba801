#include "api/actor_page.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

using numbers = std::vector<std::uint64_t>;

// An actor at that place, and nothing else of interest.
actor_view ranked(std::uint64_t id, std::uint64_t value = 0) {
  actor_view made;
  made.id = id;
  made.rank = {value, id};
  return made;
}

std::vector<actor_view> with_ids(const numbers& ids) {
  std::vector<actor_view> made;
  for (const auto id : ids)
    made.push_back(ranked(id));
  return made;
}

numbers ids_on(const actor_page& page) {
  numbers ids;
  for (const auto& each : page.entries())
    ids.push_back(each.id);
  return ids;
}

} // namespace

TEST_SUITE("actor page") {
  TEST_CASE("a page without parts is empty and the last") {
    const actor_page page{3};
    CHECK(page.entries().empty());
    CHECK_FALSE(page.next());
  }

  TEST_CASE("parts are merged in order, whichever comes first") {
    actor_page page{10};
    page.add(with_ids({4, 5, 9}));
    page.add({});
    page.add(with_ids({1, 6}));
    page.add(with_ids({2}));
    CHECK(ids_on(page) == numbers{1, 2, 4, 5, 6, 9});
    CHECK_FALSE(page.next());
  }

  TEST_CASE("a page asks for one actor more than it shows") {
    CHECK(actor_page{3}.wanted() == 4);
  }

  TEST_CASE("a page that is just full is the last") {
    actor_page page{3};
    page.add(with_ids({1, 2}));
    page.add(with_ids({3}));
    CHECK(ids_on(page) == numbers{1, 2, 3});
    CHECK_FALSE(page.next());
  }

  TEST_CASE("one actor too many is not shown, and is the next page") {
    actor_page page{3};
    page.add(with_ids({1, 4}));
    page.add(with_ids({2, 3}));
    CHECK(ids_on(page) == numbers{1, 2, 3});
    CHECK(page.next() == actor_rank{0, 3});
  }

  TEST_CASE("parts that are full leave a full page") {
    actor_page page{2};
    page.add(with_ids({2, 4, 6}));
    page.add(with_ids({1, 3, 5}));
    CHECK(ids_on(page) == numbers{1, 2});
    CHECK(page.next() == actor_rank{0, 2});
  }

  TEST_CASE("other orders begin with the greatest, equals by id") {
    actor_page page{3};
    page.add({ranked(8, 70), ranked(2, 5)});
    page.add({ranked(9, 100), ranked(1, 5)});
    CHECK(ids_on(page) == numbers{9, 8, 1});
    CHECK(page.next() == actor_rank{5, 1});
  }

  TEST_CASE("clients that have gone are merged by when they went") {
    const auto gone_at = [](std::uint64_t id, std::chrono::seconds since) {
      departure made;
      made.id = id;
      made.when = std::chrono::system_clock::time_point{since};
      return made;
    };
    departure_page page{2};
    page.add({gone_at(1, 30s), gone_at(2, 10s)});
    page.add({gone_at(3, 20s)});
    REQUIRE(page.entries().size() == 2);
    CHECK(page.entries()[0].id == 1);
    CHECK(page.entries()[1].id == 3);
    CHECK(page.next() == rank_of(gone_at(3, 20s)));
  }
}
