#include "encoding/percent.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::string_literals;
using namespace thunderpush;

TEST_SUITE("percent-encoded path part") {
  TEST_CASE("escapes are decoded, in either case") {
    CHECK(decode_path_part("a%2Fb") == "a/b");
    CHECK(decode_path_part("a%2fb") == "a/b");
    CHECK(decode_path_part("%20") == " ");
    CHECK(decode_path_part("%3F") == "?");
    CHECK(decode_path_part("p%75blic") == "public");
    CHECK(decode_path_part("%C3%A9") == "\xc3\xa9");
    CHECK(decode_path_part("%FF") == "\xff");
  }

  TEST_CASE("all else stays, the plus sign too") {
    CHECK(decode_path_part("") == "");
    CHECK(decode_path_part("a+b") == "a+b");
    CHECK(decode_path_part("a/../b//") == "a/../b//");
    CHECK(decode_path_part("\xc3\xa9") == "\xc3\xa9");
  }

  TEST_CASE("a bare percent sign stays a percent sign") {
    CHECK(decode_path_part("%") == "%");
    CHECK(decode_path_part("100%") == "100%");
    CHECK(decode_path_part("%4") == "%4");
    CHECK(decode_path_part("%zz") == "%zz");
    CHECK(decode_path_part("%4g") == "%4g");
    CHECK(decode_path_part("%g4") == "%g4");
    CHECK(decode_path_part("%%41") == "%A");
    CHECK(decode_path_part("%4%41") == "%4A");
    CHECK(decode_path_part("%-1") == "%-1");
    CHECK(decode_path_part("% 1") == "% 1");
  }

  TEST_CASE("it is decoded once, not twice") {
    CHECK(decode_path_part("%2541") == "%41");
    CHECK(decode_path_part("%252F") == "%2F");
    CHECK(decode_path_part("%2500") == "%00");
  }

  TEST_CASE("NUL is refused, escaped or raw") {
    CHECK_FALSE(decode_path_part("%00"));
    CHECK_FALSE(decode_path_part("a%00b"));
    CHECK_FALSE(decode_path_part("a\0b"s));
  }
}

TEST_SUITE("form field") {
  TEST_CASE("a plus sign is a blank, an escaped one is a plus sign") {
    CHECK(decode_form_part("a+b%2Bc%20d") == "a b+c d");
    CHECK(decode_form_part("%5B%22a%22%5D") == R"(["a"])");
    CHECK(decode_form_part("%+1") == "% 1");
    CHECK_FALSE(decode_form_part("%00"));
  }

  TEST_CASE("a value is found by its name and decoded") {
    CHECK(find_form_value("d=%5B%22a+b%22%5D", "d") == R"(["a b"])");
    CHECK(find_form_value("c=%63allback", "c") == "callback");
    CHECK(find_form_value("a=1&d=2&e=3", "d") == "2");
    CHECK(find_form_value("a=1&d=2&e=3", "e") == "3");
    CHECK(find_form_value("%64=2", "d") == "2");
    CHECK(find_form_value("d=a=b", "d") == "a=b");
  }

  TEST_CASE("the first field of several counts") {
    CHECK(find_form_value("d=1&d=2", "d") == "1");
  }

  TEST_CASE("a field without a value is empty, not missing") {
    CHECK(find_form_value("d=", "d") == "");
    CHECK(find_form_value("d", "d") == "");
    CHECK(find_form_value("a&d&", "d") == "");
  }

  TEST_CASE("a field that is not there is missing") {
    CHECK_FALSE(find_form_value("", "d"));
    CHECK_FALSE(find_form_value("&&", "d"));
    CHECK_FALSE(find_form_value("dd=1&e=d", "d"));
    CHECK_FALSE(find_form_value("D=1", "d"));
    CHECK_FALSE(find_form_value("a=d=1", "d"));
  }

  TEST_CASE("a value with NUL is refused") {
    CHECK_FALSE(find_form_value("d=%00", "d"));
    CHECK(find_form_value("%00=1&d=2", "d") == "2");
  }
}
