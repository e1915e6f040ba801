#include "tools/benchmark/ledger.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::benchmark;
using namespace std::chrono_literals;

namespace {

const clock::time_point due{1s};

/// Publishes to channel 0.
message_number sent(ledger& books, std::size_t receivers,
                    std::size_t stream = 0) {
  return books.publish(0, stream, receivers, due, true);
}

} // namespace

TEST_SUITE("ledger") {
  TEST_CASE("a message is complete with its last delivery") {
    ledger books{2, 1, 1};
    const auto message = sent(books, 2);
    CHECK(books.under_way() == 1);
    CHECK_FALSE(books.deliver(0, 0, message).complete);
    CHECK(books.deliver(1, 0, message).complete);
    CHECK(books.under_way() == 0);
    CHECK_FALSE(books.found().any());
  }

  TEST_CASE("a message for nobody is complete at once") {
    ledger books{1, 2, 1};
    sent(books, 0);
    CHECK(books.under_way() == 0);
  }

  TEST_CASE("a delivery tells when its message was due and whether it counts") {
    ledger books{1, 1, 1};
    const auto first = books.publish(0, 0, 1, due, false);
    const auto second = books.publish(0, 0, 1, due + 1s, true);
    const auto told = books.deliver(0, 0, first);
    CHECK(told.due == due);
    CHECK_FALSE(told.measured);
    CHECK(books.deliver(0, 0, second).due == due + 1s);
  }

  TEST_CASE("what has not arrived is lost") {
    ledger books{2, 1, 1};
    const auto first = sent(books, 2);
    sent(books, 2);
    books.deliver(0, 0, first);
    CHECK(books.found() == ledger::faults{3, 0, 0, 0});
  }

  TEST_CASE("a second delivery is a duplicate and completes nothing") {
    ledger books{2, 1, 1};
    const auto message = sent(books, 2);
    books.deliver(0, 0, message);
    CHECK_FALSE(books.deliver(0, 0, message).complete);
    CHECK(books.found() == ledger::faults{1, 1, 0, 0});
  }

  TEST_CASE("what comes after a later one of its stream is out of order") {
    ledger books{1, 1, 1};
    const auto first = sent(books, 1);
    const auto second = sent(books, 1);
    books.deliver(0, 0, second);
    books.deliver(0, 0, first);
    CHECK(books.found() == ledger::faults{0, 0, 1, 0});
  }

  TEST_CASE("streams of a channel may overtake each other") {
    ledger books{1, 1, 2};
    const auto of_one = sent(books, 1, 0);
    const auto of_other = sent(books, 1, 1);
    books.deliver(0, 0, of_other);
    books.deliver(0, 0, of_one);
    CHECK_FALSE(books.found().any());
  }

  TEST_CASE("a message of another channel, or of none, is foreign") {
    ledger books{2, 2, 1};
    const auto message = sent(books, 1);
    books.deliver(1, 1, message);
    books.deliver(0, 0, message + 1);
    CHECK(books.found() == ledger::faults{1, 0, 0, 2});
  }
}
