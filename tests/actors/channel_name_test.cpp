#include "actors/channel_name.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::string_literals;
using namespace thunderpush;

TEST_SUITE("channel name") {
  TEST_CASE("exactly 69 characters are allowed") {
    const std::string allowed = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-=@,.;";
    CHECK(allowed.size() == 69);
    for (int c = 0; c < 256; ++c) {
      CAPTURE(c);
      const std::string name(1, static_cast<char>(c));
      CHECK(is_channel_name(name) == (allowed.find(name) != std::string::npos));
    }
  }

  TEST_CASE("a name has 1 to 64 characters") {
    CHECK_FALSE(is_channel_name(""));
    CHECK(is_channel_name(std::string(64, 'x')));
    CHECK_FALSE(is_channel_name(std::string(65, 'x')));
  }

  TEST_CASE("each character of a name counts") {
    CHECK(is_channel_name("news@example.com;a=b,c_d-e"));
    for (const auto& name : {"a b"s, "a:b"s, "a/b"s, "a\n"s, "a\0"s, "\0"s,
                             "\xc3\xa9"s, " a"s, "a\""s}) {
      CAPTURE(name);
      CHECK_FALSE(is_channel_name(name));
    }
  }
}
