#include "tests/load/subscription_record.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace thunderpush::load;

namespace {

/// Subscribed while the numbers below 3 were answered, certain when those below
/// 5 were sent.
subscription_record subscribed() {
  subscription_record record;
  record.subscribing(3);
  record.subscribed(5);
  return record;
}

/// @returns whether all of them are all right
bool takes(subscription_record& record,
           std::initializer_list<std::uint64_t> numbers) {
  bool fine = true;
  for (const auto number : numbers)
    fine = !record.note(number) && fine;
  return fine;
}

} // namespace

TEST_SUITE("subscription record") {
  TEST_CASE("a run may start anywhere between possible and certain") {
    for (std::uint64_t first = 3; first <= 5; ++first) {
      auto record = subscribed();
      CHECK(takes(record, {first, first + 1, first + 2}));
    }
  }

  TEST_CASE("a run that starts too early or too late is wrong") {
    auto early = subscribed();
    CHECK(early.note(2) == "got 2, which was answered before the subscription");
    auto late = subscribed();
    CHECK(late.note(6) == "got 6 where 5 was due");
  }

  TEST_CASE("before the subscription is certain any start is right") {
    subscription_record record;
    record.subscribing(3);
    CHECK(takes(record, {9, 10}));
    record.subscribed(11);
    CHECK(takes(record, {11}));
    record.leaving(12);
    CHECK(record.complete());
  }

  TEST_CASE("a gap, a repetition and a late number are wrong") {
    auto record = subscribed();
    CHECK(takes(record, {4, 5}));
    CHECK(record.note(7) == "got 7 where 6 was due");
    CHECK(record.note(7) == "got 7 again or late, after 7");
    CHECK(record.note(6) == "got 6 again or late, after 7");
    CHECK(takes(record, {8}));
  }

  TEST_CASE("a number without a subscription is wrong") {
    subscription_record record;
    CHECK(record.note(0) == "got 0 without a subscription");
  }

  TEST_CASE("what was answered before leaving has to come") {
    auto record = subscribed();
    record.leaving(7);
    CHECK_FALSE(record.complete());
    CHECK(record.missing() == "must have 5 to 6, has nothing");
    CHECK(takes(record, {4, 5}));
    CHECK_FALSE(record.complete());
    CHECK(record.missing() == "must have 5 to 6, has 4 to 5");
    CHECK(takes(record, {6}));
    CHECK(record.complete());
    CHECK(record.missing() == "nothing");
  }

  TEST_CASE("nothing has to come if nothing was answered") {
    auto record = subscribed();
    CHECK(record.complete());
    record.leaving(5);
    CHECK(record.complete());
    record.left(6);
    CHECK(record.complete());
  }

  TEST_CASE("what was under way when it left may come, later ones may not") {
    auto record = subscribed();
    CHECK(takes(record, {5}));
    record.leaving(6);
    record.left(8);
    CHECK(takes(record, {6, 7}));
    CHECK(record.note(8) == "got 8, which was sent after the subscription");
    auto empty = subscribed();
    empty.leaving(5);
    empty.left(5);
    CHECK(empty.note(5) == "got 5, which was sent after the subscription");
  }

  TEST_CASE("a second subscription has a run of its own") {
    auto record = subscribed();
    CHECK(record.open());
    CHECK(takes(record, {5, 6}));
    record.leaving(7);
    record.left(7);
    CHECK_FALSE(record.open());
    record.subscribing(20);
    CHECK(record.open());
    record.subscribed(21);
    CHECK(takes(record, {20, 21}));
    CHECK(record.note(7) == "got 7 again or late, after 21");
  }

  TEST_CASE("what is left of a subscription comes before the next begins") {
    auto record = subscribed();
    CHECK(takes(record, {5}));
    record.leaving(6);
    record.left(9);
    record.subscribing(8);
    record.subscribed(10);
    CHECK(takes(record, {6, 7, 9, 10}));
    auto other = subscribed();
    other.leaving(5);
    other.left(7);
    other.subscribing(7);
    other.subscribed(9);
    CHECK(takes(other, {5, 6, 8, 9}));
  }

  TEST_CASE("of two subscriptions without a break the second may go on") {
    for (const bool gap : {false, true}) {
      auto record = subscribed();
      CHECK(takes(record, {5}));
      record.leaving(6);
      record.subscribing(6);
      CHECK(takes(record, {6, 7}));
      if (!gap)
        CHECK(takes(record, {8}));
      CHECK(takes(record, {9}));
      record.subscribed(10);
      CHECK(takes(record, {10, 11}));
      CHECK(record.note(13) == "got 13 where 12 was due");
      record.leaving(14);
      CHECK(record.complete());
    }
  }

  TEST_CASE("the second of two without a break has to begin when certain") {
    auto record = subscribed();
    CHECK(takes(record, {5}));
    record.leaving(6);
    record.subscribing(6);
    record.subscribed(7);
    CHECK(record.note(8) == "got 8 where 7 was due");
    auto quiet = subscribed();
    CHECK(takes(quiet, {5}));
    quiet.leaving(6);
    quiet.subscribing(6);
    quiet.subscribed(7);
    quiet.leaving(8);
    CHECK(takes(quiet, {6}));
    CHECK_FALSE(quiet.complete());
    CHECK(takes(quiet, {7}));
    CHECK(quiet.complete());
  }

  TEST_CASE("a second subscription does not excuse a gap in the first") {
    auto record = subscribed();
    CHECK(takes(record, {5}));
    record.leaving(8);
    record.left(8);
    record.subscribing(8);
    record.subscribed(9);
    CHECK(takes(record, {9}));
    CHECK_FALSE(record.complete());
    CHECK(record.missing() == "must have 5 to 7, has 5 to 5");
  }
}
