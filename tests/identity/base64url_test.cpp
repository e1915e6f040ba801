#include "identity/base64url.hpp"

#include "tests/identity/made_token.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace thunderpush;

TEST_SUITE("base64url") {
  TEST_CASE("bytes of any value and number come back") {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
      CHECK(decode_base64url(encode_base64url(bytes)) == bytes);
      bytes += static_cast<char>(i * 7);
    }
    CHECK(decode_base64url("-_8") == "\xfb\xff");
  }

  TEST_CASE("of all texts of a length one alone stands for each value") {
    // The last of two digits has four bits that belong to no byte, the last of
    // three two.
    constexpr std::string_view digits
      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const auto* stem : {"A", "AA"}) {
      int taken = 0;
      for (const char c : digits)
        taken += decode_base64url(std::string{stem} + c).has_value() ? 1 : 0;
      CHECK(taken == (std::string_view{stem}.size() == 1 ? 4 : 16));
    }
  }

  TEST_CASE("what encoding would not give is refused") {
    for (const auto* text :
         {"A", "AAAAA", "AA==", "AAA=", "AA A", "AA\n", "A+/A", "AAé", "="}) {
      CAPTURE(text);
      CHECK_FALSE(decode_base64url(text));
    }
    CHECK_FALSE(decode_base64url(std::string_view{"AA\0A", 4}));
    CHECK(decode_base64url("") == "");
  }
}
