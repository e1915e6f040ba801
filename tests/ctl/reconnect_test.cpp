#include "ctl/reconnect.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

TEST_SUITE("reconnect") {
  TEST_CASE("a client that is not wanted does not come back") {
    for (const unsigned code : {4000U, 4001U, 4002U, 3500U, 3501U, 3999U})
      CHECK(is_final(code));
  }

  TEST_CASE("every other end of a connection is no end") {
    for (const unsigned code :
         {0U, 1000U, 1001U, 1006U, 1012U, 3000U, 3001U, 3008U, 3012U, 3499U})
      CHECK(!is_final(code));
  }

  TEST_CASE("delays grow up to a minute") {
    using std::chrono::milliseconds;
    const double middle = 0.5;
    CHECK(retry_delay(0, middle) == milliseconds{1000});
    CHECK(retry_delay(1, middle) == milliseconds{2500});
    CHECK(retry_delay(4, middle) == milliseconds{30'000});
    CHECK(retry_delay(5, middle) == milliseconds{60'000});
    CHECK(retry_delay(1'000'000, middle) == milliseconds{60'000});
  }

  TEST_CASE("chance makes a delay shorter or longer by half") {
    using std::chrono::milliseconds;
    CHECK(retry_delay(0, 0.0) == milliseconds{500});
    CHECK(retry_delay(0, 0.9999) == milliseconds{1500});
  }
}

} // namespace thunderpush::ctl
