#include "encoding/utf8.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;

namespace {

std::string bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (const auto value : values)
    text.push_back(static_cast<char>(value));
  return text;
}

// The encoding of a value in the given number of bytes, even if it is too long
// for the value.
std::string encode(std::uint32_t value, unsigned length) {
  if (length == 1)
    return bytes({value});
  constexpr auto lead_bits = std::to_array<unsigned>({0, 0, 0xC0, 0xE0, 0xF0});
  std::string text = bytes({lead_bits[length] | (value >> (6 * (length - 1)))});
  for (auto left = length - 1; left-- > 0;)
    text.push_back(static_cast<char>(0x80 | ((value >> (6 * left)) & 0x3F)));
  return text;
}

unsigned shortest_length(std::uint32_t value) {
  if (value < 0x80)
    return 1;
  if (value < 0x800)
    return 2;
  return value < 0x10000 ? 3 : 4;
}

// Decodes by arithmetic: an opinion that owes nothing to the state machine.
bool decodes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    unsigned length = 0;
    std::uint32_t value = 0;
    if (lead < 0x80) {
      length = 1;
      value = lead;
    } else if (lead >> 5 == 0x6) {
      length = 2;
      value = lead & 0x1F;
    } else if (lead >> 4 == 0xE) {
      length = 3;
      value = lead & 0x0F;
    } else if (lead >> 3 == 0x1E) {
      length = 4;
      value = lead & 0x07;
    } else {
      return false;
    }
    if (text.size() - at < length)
      return false;
    for (unsigned i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      if (next >> 6 != 0x2)
        return false;
      value = (value << 6) | (next & 0x3F);
    }
    if (shortest_length(value) != length || value > 0x10FFFF
        || (value >= 0xD800 && value <= 0xDFFF))
      return false;
    at += length;
  }
  return true;
}

// How many bytes the validator takes before it fails, or npos.
std::size_t fails_at(std::string_view text) {
  utf8_validator validator;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!validator.feed(text.substr(i, 1)))
      return i;
  }
  return std::string_view::npos;
}

} // namespace

TEST_SUITE("utf8") {
  TEST_CASE("every code point but the surrogates is valid in its shortest "
            "form only") {
    std::size_t wrong = 0;
    for (std::uint32_t value = 0; value <= 0x10FFFF; ++value) {
      const auto surrogate = value >= 0xD800 && value <= 0xDFFF;
      const auto shortest = shortest_length(value);
      for (auto length = shortest; length <= 4; ++length) {
        if (is_valid_utf8(encode(value, length))
            != (!surrogate && length == shortest))
          ++wrong;
      }
    }
    CHECK(wrong == 0);
  }

  TEST_CASE("values above U+10FFFF are invalid") {
    std::size_t wrong = 0;
    for (std::uint32_t value = 0x110000; value <= 0x1FFFFF; ++value) {
      if (is_valid_utf8(encode(value, 4)))
        ++wrong;
    }
    CHECK(wrong == 0);
  }

  TEST_CASE("every sequence of two bytes is judged as by a decoder") {
    std::size_t wrong = 0;
    for (unsigned a = 0; a < 256; ++a) {
      for (unsigned b = 0; b < 256; ++b) {
        if (is_valid_utf8(bytes({a, b})) != decodes(bytes({a, b})))
          ++wrong;
      }
    }
    CHECK(wrong == 0);
  }

  TEST_CASE("sequences of three and four bytes are judged as by a decoder") {
    constexpr auto tails = std::to_array<unsigned>(
      {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF});
    std::size_t wrong = 0;
    for (unsigned a = 0; a < 256; ++a) {
      for (unsigned b = 0; b < 256; ++b) {
        for (const auto c : tails) {
          const auto three = bytes({a, b, c});
          if (is_valid_utf8(three) != decodes(three))
            ++wrong;
          for (const auto d : tails) {
            const auto four = bytes({a, b, c, d});
            if (is_valid_utf8(four) != decodes(four))
              ++wrong;
          }
        }
      }
    }
    CHECK(wrong == 0);
  }

  TEST_CASE("the first byte that cannot continue a valid text fails") {
    struct test_case {
      const char* what;
      std::string text;
      std::size_t at;
    };
    const auto cases = std::to_array<test_case>({
      {"continuation without lead", bytes({0x80}), 0},
      {"last continuation without lead", bytes({0xBF}), 0},
      {"overlong NUL", bytes({0xC0, 0x80}), 0},
      {"overlong DEL", bytes({0xC1, 0xBF}), 0},
      {"overlong in three bytes", bytes({0xE0, 0x9F, 0xBF}), 1},
      {"overlong in four bytes", bytes({0xF0, 0x8F, 0xBF, 0xBF}), 1},
      {"first surrogate", bytes({0xED, 0xA0, 0x80}), 1},
      {"last surrogate", bytes({0xED, 0xBF, 0xBF}), 1},
      {"U+110000", bytes({0xF4, 0x90, 0x80, 0x80}), 1},
      {"five-byte lead", bytes({0xF8, 0x88, 0x80, 0x80, 0x80}), 0},
      {"lead F5", bytes({0xF5, 0x80, 0x80, 0x80}), 0},
      {"FE", bytes({0xFE}), 0},
      {"FF", bytes({0xFF}), 0},
      {"ASCII within a character", bytes({0xE2, 0x82, 0x41}), 2},
      {"lead within a character", bytes({0xF0, 0x9F, 0x98, 0xC3}), 3},
      {"bad byte after good text", "ok" + bytes({0xC3, 0xA9, 0xFF}), 4},
    });
    for (const auto& row : cases) {
      CAPTURE(row.what);
      CHECK(fails_at(row.text) == row.at);
      CHECK_FALSE(is_valid_utf8(row.text));
    }
  }

  TEST_CASE("a text that ends within a character is not complete") {
    const auto text
      = std::string("a") + bytes({0xF0, 0x9F, 0x98, 0x80}); // U+1F600
    for (std::size_t size = 0; size <= text.size(); ++size) {
      CAPTURE(size);
      utf8_validator validator;
      CHECK(validator.feed(std::string_view(text).substr(0, size)));
      CHECK(validator.complete() == (size <= 1 || size == text.size()));
    }
  }

  TEST_CASE("every split into three pieces gives the verdict of the whole") {
    const auto texts = std::to_array<std::string>({
      "plain ASCII, longer than one word of eight bytes",
      bytes({0x24, 0xC2, 0xA2, 0xE2, 0x82, 0xAC, 0xF0, 0x90, 0x8D, 0x88}),
      "eight by" + bytes({0xED, 0x9F, 0xBF, 0xEE, 0x80, 0x80}) + "tes after",
      "surrogate " + bytes({0xED, 0xA0, 0x80}) + " amid text",
      "cut off " + bytes({0xF4, 0x8F, 0xBF}),
    });
    for (const auto& text : texts) {
      const auto expected = decodes(text);
      for (std::size_t i = 0; i <= text.size(); ++i) {
        for (std::size_t j = i; j <= text.size(); ++j) {
          const std::string_view all = text;
          utf8_validator validator;
          validator.feed(all.substr(0, i));
          validator.feed(all.substr(i, j - i));
          const auto fed = validator.feed(all.substr(j));
          CHECK((fed && validator.complete()) == expected);
        }
      }
    }
  }

  TEST_CASE("a bad byte is found at every offset of a run of ASCII") {
    for (std::size_t size = 1; size <= 40; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, 'a');
        CHECK(is_valid_utf8(text));
        text[at] = static_cast<char>(0xFF);
        CHECK_FALSE(is_valid_utf8(text));
      }
    }
  }

  TEST_CASE("an invalid text stays invalid") {
    utf8_validator validator;
    CHECK_FALSE(validator.feed(bytes({0xC3, 0x28})));
    CHECK_FALSE(validator.feed(""));
    CHECK_FALSE(validator.feed("good"));
    CHECK_FALSE(validator.complete());
  }

  TEST_CASE("the empty text is valid") {
    CHECK(is_valid_utf8(""));
    CHECK(is_valid_utf8({}));
    CHECK(utf8_validator{}.complete());
  }

  TEST_CASE("NUL and a byte order mark are characters like any other") {
    CHECK(is_valid_utf8(bytes({0x61, 0x00, 0x62})));
    CHECK(is_valid_utf8(bytes({0xEF, 0xBB, 0xBF})));
  }
}
