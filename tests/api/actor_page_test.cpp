#include "api/actor_page.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace thunderpush;

namespace {

using numbers = std::vector<std::uint64_t>;

// Actors with these ids, and nothing else of interest.
std::vector<actor_view> with_ids(const numbers& ids) {
  std::vector<actor_view> made;
  for (const auto id : ids) {
    actor_view one;
    one.id = id;
    made.push_back(one);
  }
  return made;
}

actor_view with_mailbox(std::uint64_t id, std::uint64_t mailbox) {
  actor_view made;
  made.id = id;
  made.mailbox = mailbox;
  return made;
}

numbers ids_on(const actor_page& page) {
  numbers ids;
  for (const auto& each : page.actors())
    ids.push_back(each.id);
  return ids;
}

} // namespace

TEST_SUITE("actor page") {
  TEST_CASE("a page without parts is empty and the last") {
    const actor_page page{actor_order::id, 3};
    CHECK(page.actors().empty());
    CHECK_FALSE(page.next());
  }

  TEST_CASE("parts are merged in order, whichever comes first") {
    actor_page page{actor_order::id, 10};
    page.add(with_ids({4, 5, 9}));
    page.add({});
    page.add(with_ids({1, 6}));
    page.add(with_ids({2}));
    CHECK(ids_on(page) == numbers{1, 2, 4, 5, 6, 9});
    CHECK_FALSE(page.next());
  }

  TEST_CASE("a page asks for one actor more than it shows") {
    CHECK(actor_page{actor_order::id, 3}.wanted() == 4);
  }

  TEST_CASE("a page that is just full is the last") {
    actor_page page{actor_order::id, 3};
    page.add(with_ids({1, 2}));
    page.add(with_ids({3}));
    CHECK(ids_on(page) == numbers{1, 2, 3});
    CHECK_FALSE(page.next());
  }

  TEST_CASE("one actor too many is not shown, and is the next page") {
    actor_page page{actor_order::id, 3};
    page.add(with_ids({1, 4}));
    page.add(with_ids({2, 3}));
    CHECK(ids_on(page) == numbers{1, 2, 3});
    CHECK(page.next() == actor_rank{0, 3});
  }

  TEST_CASE("parts that are full leave a full page") {
    actor_page page{actor_order::id, 2};
    page.add(with_ids({2, 4, 6}));
    page.add(with_ids({1, 3, 5}));
    CHECK(ids_on(page) == numbers{1, 2});
    CHECK(page.next() == actor_rank{0, 2});
  }

  TEST_CASE("other orders begin with the greatest, equals by id") {
    actor_page page{actor_order::mailbox, 3};
    page.add({with_mailbox(8, 70), with_mailbox(2, 5)});
    page.add({with_mailbox(9, 100), with_mailbox(1, 5)});
    CHECK(ids_on(page) == numbers{9, 8, 1});
    CHECK(page.next() == actor_rank{5, 1});
  }
}
