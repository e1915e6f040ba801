#include "tests/load/delivery_ledger.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

namespace {

bool broke(const report& findings, std::string_view expectation) {
  return findings.to_text().find(expectation) != std::string::npos;
}

} // namespace

TEST_SUITE("delivery ledger") {
  TEST_CASE("complete streams in order break nothing") {
    report findings;
    delivery_ledger ledger{findings, 2, 2};
    for (std::size_t client = 0; client < 2; ++client) {
      ledger.note(client, 0, 0);
      ledger.note(client, 1, 0);
      ledger.note(client, 0, 1);
    }
    ledger.close({2, 1});
    CHECK(ledger.received() == 6);
    CHECK(findings.passed());
  }

  TEST_CASE("a message that never comes to anybody is lost") {
    report findings;
    delivery_ledger ledger{findings, 1, 1};
    ledger.close({1});
    CHECK(broke(findings, "no message is lost"));
  }

  TEST_CASE("the last message missing is lost, though there is no gap") {
    report findings;
    delivery_ledger ledger{findings, 1, 1};
    ledger.note(0, 0, 0);
    CHECK(findings.passed());
    ledger.close({2});
    CHECK(broke(findings, "1 of 2 did not arrive"));
  }

  TEST_CASE("disorder is broken even if in the end nothing is lost") {
    report findings;
    delivery_ledger ledger{findings, 1, 1};
    ledger.note(0, 0, 1);
    ledger.note(0, 0, 0);
    ledger.close({2});
    CHECK(broke(findings, "in order and without gaps"));
    CHECK_FALSE(broke(findings, "no message is lost"));
  }

  TEST_CASE("a duplicate is broken and not counted as received") {
    report findings;
    delivery_ledger ledger{findings, 1, 1};
    ledger.note(0, 0, 0);
    ledger.note(0, 0, 0);
    CHECK(ledger.received() == 1);
    CHECK(broke(findings, "no message arrives twice"));
  }

  TEST_CASE("a message nobody published is broken") {
    report findings;
    delivery_ledger ledger{findings, 1, 1};
    ledger.note(0, 0, 0);
    ledger.note(0, 0, 1);
    ledger.close({1});
    CHECK(broke(findings, "only what was published arrives"));
  }
}
