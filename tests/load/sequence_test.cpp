#include "tests/load/sequence.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

TEST_SUITE("sequence") {
  TEST_CASE("numbers that follow each other are in order") {
    sequence numbers{0};
    for (std::uint64_t n = 0; n < 3; ++n)
      CHECK(numbers.note(n) == arrival::in_order);
    CHECK(numbers.next() == 3);
    CHECK(numbers.missing() == 0);
  }

  TEST_CASE("a sequence with a given start misses what is skipped there") {
    sequence numbers{0};
    CHECK(numbers.note(2) == arrival::after_gap);
    CHECK(numbers.missing() == 2);
  }

  TEST_CASE("a sequence without a given start may start anywhere") {
    sequence numbers;
    CHECK_FALSE(numbers.first());
    CHECK(numbers.note(7) == arrival::in_order);
    CHECK(numbers.first() == 7);
    CHECK(numbers.note(9) == arrival::after_gap);
    CHECK(numbers.missing() == 1);
  }

  TEST_CASE("what comes after a later one is late, once, and not missing") {
    sequence numbers{0};
    CHECK(numbers.note(5) == arrival::after_gap);
    CHECK(numbers.note(2) == arrival::late);
    CHECK(numbers.missing() == 4);
    CHECK(numbers.note(2) == arrival::duplicate);
    CHECK(numbers.note(0) == arrival::late);
    CHECK(numbers.note(1) == arrival::late);
    CHECK(numbers.note(4) == arrival::late);
    CHECK(numbers.note(3) == arrival::late);
    CHECK(numbers.missing() == 0);
    CHECK(numbers.next() == 6);
  }

  TEST_CASE("the same number again is a duplicate") {
    sequence numbers{0};
    numbers.note(0);
    CHECK(numbers.note(0) == arrival::duplicate);
    numbers.note(1);
    CHECK(numbers.note(0) == arrival::duplicate);
  }

  TEST_CASE("below a free start a number is late") {
    sequence numbers;
    numbers.note(7);
    CHECK(numbers.note(6) == arrival::late);
  }

  TEST_CASE("a permitted gap is permitted once") {
    sequence numbers{0};
    numbers.note(0);
    numbers.permit_gap();
    CHECK(numbers.note(1) == arrival::in_order);
    CHECK(numbers.note(5) == arrival::in_order);
    CHECK(numbers.missing() == 0);
    CHECK(numbers.note(7) == arrival::after_gap);
  }

  TEST_CASE("a gap that is forbidden again is a gap") {
    sequence numbers{0};
    numbers.permit_gap();
    numbers.note(0);
    numbers.forbid_gap();
    CHECK(numbers.note(2) == arrival::after_gap);
  }
}
