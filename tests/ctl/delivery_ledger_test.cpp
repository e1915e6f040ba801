#include "ctl/delivery_ledger.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

TEST_SUITE("delivery ledger") {
  TEST_CASE("what nobody has got is missing") {
    const delivery_ledger ledger{2, 3};
    CHECK(ledger.missing() == 6);
    CHECK(ledger.deliveries() == 0);
  }

  TEST_CASE("each message counts once for each subscriber") {
    delivery_ledger ledger{2, 3};
    CHECK(ledger.note(0, 2));
    CHECK(ledger.note(1, 2));
    CHECK(ledger.note(1, 0));
    CHECK(ledger.deliveries() == 3);
    CHECK(ledger.missing() == 3);
    CHECK(ledger.duplicates() == 0);
  }

  TEST_CASE("a message that comes again is a duplicate and no delivery") {
    delivery_ledger ledger{1, 1};
    CHECK(ledger.note(0, 0));
    CHECK(!ledger.note(0, 0));
    CHECK(ledger.deliveries() == 1);
    CHECK(ledger.duplicates() == 1);
    CHECK(ledger.missing() == 0);
  }
}

} // namespace thunderpush::ctl
