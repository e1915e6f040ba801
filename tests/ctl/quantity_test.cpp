#include "ctl/quantity.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

TEST_SUITE("quantity") {
  TEST_CASE("numbers are grouped by thousands") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(1234567) == "1,234,567");
  }

  TEST_CASE("bytes have the unit that fits") {
    CHECK(bytes_text(0) == "0 B");
    CHECK(bytes_text(1023) == "1023 B");
    CHECK(bytes_text(1536) == "1.5 KiB");
    CHECK(bytes_text(20 * 1024 * 1024) == "20 MiB");
  }

  TEST_CASE("latencies have the unit that fits") {
    using std::chrono::microseconds;
    CHECK(latency_text(microseconds{850}) == "850 us");
    CHECK(latency_text(microseconds{1250}) == "1.25 ms");
    CHECK(latency_text(microseconds{3'100'000}) == "3.10 s");
  }

  TEST_CASE("ages have two units") {
    using std::chrono::seconds;
    CHECK(age_text(seconds{0}) == "0s");
    CHECK(age_text(seconds{59}) == "59s");
    CHECK(age_text(seconds{200}) == "3m 20s");
    CHECK(age_text(seconds{18'060}) == "5h 01m");
    CHECK(age_text(seconds{86'400 * 12 + 3600 * 3}) == "12d 03h");
  }
}

} // namespace thunderpush::ctl
