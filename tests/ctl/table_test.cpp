#include "ctl/table.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

namespace {

constexpr std::size_t wide = 200;

} // namespace

TEST_SUITE("table") {
  TEST_CASE("columns are as wide as their widest cell, and aligned") {
    table rows{{{"name"}, {"n", alignment::right}}};
    rows.add({"a", "1"});
    rows.add({"longer", "1,000"});
    CHECK(rows.lines(wide)
          == std::vector<std::string>{"name        n", "a           1",
                                      "longer  1,000"});
  }

  TEST_CASE("a table without rows has its titles") {
    CHECK(table{{{"name"}, {"n"}}}.lines(wide)
          == std::vector<std::string>{"name  n"});
  }

  TEST_CASE("no line has blanks at its end") {
    table rows{{{"name"}, {"state"}}};
    rows.add({"a", ""});
    CHECK(rows.lines(wide).back() == "a");
  }

  TEST_CASE("lines are cut where the terminal ends, and marked") {
    table rows{{{"name"}, {"n"}}};
    rows.add({"abcdef", "12345"});
    CHECK(rows.lines(10).back() == "abcdef  1~");
  }

  TEST_CASE("a long cell is cut") {
    table rows{{{"name"}}};
    rows.add({std::string(1000, 'x')});
    CHECK(rows.lines(wide).back() == std::string(39, 'x') + '~');
  }

  TEST_CASE("a cell cannot steer the terminal") {
    table rows{{{"name"}}};
    rows.add({"\x1B[2J\n"});
    CHECK(rows.lines(wide).back() == "\\x1B[2J\\x0A");
  }

  TEST_CASE("width counts what is seen") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("\xC3\xBC") == 1);         // u with diaeresis
    CHECK(display_width("\xE6\xBC\xA2") == 2);     // a Han character
    CHECK(display_width("e\xCC\x81") == 1);        // combining acute
    CHECK(display_width("\xF0\x9F\x98\x80") == 2); // an emoji
  }

  TEST_CASE("a wide character is not cut in two") {
    CHECK(fitted("\xE6\xBC\xA2\xE6\xBC\xA2", 4) == "\xE6\xBC\xA2\xE6\xBC\xA2");
    CHECK(fitted("\xE6\xBC\xA2\xE6\xBC\xA2", 3) == "\xE6\xBC\xA2~");
    CHECK(fitted("\xE6\xBC\xA2\xE6\xBC\xA2", 2) == "~");
    CHECK(fitted("abc", 0).empty());
  }
}

} // namespace thunderpush::ctl
