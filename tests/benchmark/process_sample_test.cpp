#include "tools/benchmark/process_sample.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace thunderpush::benchmark;
using namespace std::chrono_literals;

TEST_SUITE("process_sample") {
  TEST_CASE("user and system time are the 14th and 15th field of stat") {
    const auto read = parse_stat("7 (server) S 1 7 7 0 -1 4194560 1 0 0 0 "
                                 "150 50 0 0 20 0 4 0 100 200 300");
    REQUIRE(read);
    const auto tick = std::chrono::nanoseconds{1s} / ::sysconf(_SC_CLK_TCK);
    CHECK(read->user == 150 * tick);
    CHECK(read->system == 50 * tick);
    CHECK(read->all == 200 * tick);
  }

  TEST_CASE("the name of a program may have blanks and brackets in it") {
    const auto read
      = parse_stat("7 (a (b) c) S 1 7 7 0 -1 4194560 1 0 0 0 3 4 0 0 20");
    REQUIRE(read);
    CHECK(read->system
          == std::chrono::nanoseconds{4s} / ::sysconf(_SC_CLK_TCK));
  }

  TEST_CASE("what is no stat has no times") {
    CHECK_FALSE(parse_stat(""));
    CHECK_FALSE(parse_stat("7 (server) S 1 7 7"));
  }

  TEST_CASE("memory is the Pss of smaps_rollup") {
    CHECK(parse_smaps_rollup("5581-7fff ---p 00000000 00:00 0 [rollup]\n"
                             "Rss:                9000 kB\n"
                             "Pss:                8124 kB\n"
                             "Pss_Dirty:          7000 kB\n")
          == 8124);
    CHECK_FALSE(parse_smaps_rollup("Rss: 9000 kB\n"));
  }

  TEST_CASE("a machine is busy in all that is neither idle nor stolen") {
    const auto read = parse_machine_stat("cpu  1 2 3 1000 2000 4 5 6 0 0\n"
                                         "cpu0 1 1 1 1 1 1 1 1 0 0\n");
    REQUIRE(read);
    const auto tick = std::chrono::nanoseconds{1s} / ::sysconf(_SC_CLK_TCK);
    CHECK(read->busy == 15 * tick);
    CHECK(read->stolen == 6 * tick);
  }

  TEST_CASE("this process has used time and memory") {
    const auto time = processor_time_of(::getpid());
    REQUIRE(time);
    CHECK(time->all > 0ns);
    CHECK(memory_kib_of(::getpid()).value_or(0) > 100);
  }

  TEST_CASE("a process that is not there has neither") {
    constexpr pid_t nobody = 0x7fffffff;
    CHECK_FALSE(processor_time_of(nobody));
    CHECK_FALSE(memory_kib_of(nobody));
  }
}
