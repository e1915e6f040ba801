#include "config/machine_memory.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace thunderpush;

TEST_SUITE("machine memory") {
  TEST_CASE("a process has a control group of version 2 among others") {
    CHECK(control_group_in("0::/system.slice/thunderpush.service\n")
          == std::string_view{"/system.slice/thunderpush.service"});
    CHECK(control_group_in("12:cpuset:/a\n1:name=systemd:/b\n0::/c\n")
          == std::string_view{"/c"});
    CHECK(control_group_in("0::/") == std::string_view{"/"});
  }

  TEST_CASE("or it has none") {
    for (const std::string_view text :
         {"", "\n", "1:name=systemd:/b\n", "10::/a\n", "::"}) {
      CAPTURE(text);
      CHECK_FALSE(control_group_in(text));
    }
  }

  TEST_CASE("a limit is a number of bytes, or there is none") {
    CHECK(memory_limit_in("1073741824\n") == 1073741824U);
    CHECK(memory_limit_in("0\n") == 0U);
    CHECK_FALSE(memory_limit_in("max\n"));
    CHECK_FALSE(memory_limit_in(""));
    CHECK_FALSE(memory_limit_in("99999999999999999999999\n"));
  }

  TEST_CASE("this machine has some") {
    CHECK(machine_memory() >= std::size_t{16} * 1024 * 1024);
    CHECK(machine_memory() < std::size_t{1} << 60U);
  }
}
