#include "tools/benchmark/message_shape.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::benchmark;

TEST_SUITE("message_shape") {
  TEST_CASE("a body is a JSON object of exactly the size that is wanted") {
    CHECK(body_of(0x2a, 20) == R"({"d":"0000002axxxx"})");
    CHECK(body_of(1, 4096).size() == 4096);
    CHECK(body_of(0xffffffff, smallest_payload) == R"({"d":"ffffffff"})");
  }

  TEST_CASE("a message is taken from the front, and what follows stays") {
    const message_shape shape{body_of(0, 20)};
    const auto both = body_of(7, 20) + "," + body_of(8, 20);
    std::string_view text{both};
    CHECK(shape.take(text) == 7);
    CHECK(text == "," + body_of(8, 20));
    text.remove_prefix(1);
    CHECK(shape.take(text) == 8);
    CHECK(text.empty());
  }

  TEST_CASE("the number stands where the example has eight zeros") {
    const message_shape shape{R"({"payload":"{\"d\":\"00000000xx\"}"})"};
    std::string_view text{R"({"payload":"{\"d\":\"00c0ffeexx\"}"})"};
    CHECK(shape.take(text) == 0xc0ffee);
  }

  TEST_CASE("a message that differs in one byte is none") {
    const message_shape shape{body_of(0, 20)};
    const auto good = body_of(7, 20);
    for (std::size_t i = 0; i < good.size(); ++i) {
      CAPTURE(i);
      auto bad = good;
      bad[i] = '!';
      std::string_view text{bad};
      CHECK_FALSE(shape.take(text));
      CHECK(text == bad);
    }
  }

  TEST_CASE("a message that is cut off is none") {
    const message_shape shape{body_of(0, 20)};
    const auto whole = body_of(7, 20);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      std::string_view text = std::string_view{whole}.substr(0, size);
      CHECK_FALSE(shape.take(text));
    }
  }
}
