#include "encoding/json.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

using namespace std::string_literals;
using namespace thunderpush;

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string script_quoted(std::string_view text) {
  std::string out;
  append_script_json_string(out, text);
  return out;
}

std::string ascii_quoted(std::string_view text) {
  std::string out;
  append_ascii_json_string(out, text);
  return out;
}

std::string utf8(std::uint32_t character) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80 | ((character >> shift) & 0x3f));
  };
  if (character < 0x80)
    return {static_cast<char>(character)};
  if (character < 0x800)
    return {static_cast<char>(0xc0 | (character >> 6)), tail(0)};
  if (character < 0x10000)
    return {static_cast<char>(0xe0 | (character >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | (character >> 18)), tail(12), tail(6),
          tail(0)};
}

bool is_surrogate(std::uint32_t character) {
  return character >= 0xd800 && character <= 0xdfff;
}

bool in_sockjs_range(std::uint32_t character) {
  return (character >= 0x200c && character <= 0x200f)
         || (character >= 0x2028 && character <= 0x202f)
         || (character >= 0x2060 && character <= 0x206f)
         || (character >= 0xfff0 && character <= 0xffff);
}

std::string lower_hex(std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string escape = "\\u";
  for (unsigned shift = 16; shift > 0; shift -= 4)
    escape += digits[(unit >> (shift - 4)) & 0xf];
  return escape;
}

std::string decoded(const std::string& text) {
  const auto strings
    = parse_json_strings(text, json_strings_form::array_or_string);
  const auto* values = std::get_if<std::vector<std::string>>(&strings);
  REQUIRE(values);
  REQUIRE(values->size() == 1);
  return values->front();
}

} // namespace

TEST_SUITE("JSON string") {
  TEST_CASE("plain text is only quoted") {
    CHECK(quoted("") == R"("")");
    CHECK(quoted("Hello World!") == R"("Hello World!")");
    CHECK(quoted("a/b</c>'&") == R"("a/b</c>'&")");
  }

  TEST_CASE("a string is appended to what is there") {
    std::string out = "a[";
    append_json_string(out, "x");
    append_json_string(out, "y");
    CHECK(out == R"(a["x""y")");
  }

  TEST_CASE("quotation marks and backslashes take their short escapes") {
    CHECK(quoted(R"("Hello")") == R"("\"Hello\"")");
    CHECK(quoted(R"(\)") == R"("\\")");
    CHECK(quoted(R"(\ud800)") == R"("\\ud800")");
  }

  TEST_CASE("control characters take the short form where there is one") {
    CHECK(quoted("\b\t\n\f\r") == R"("\b\t\n\f\r")");
    CHECK(quoted("\0\x01\x0b\x1f"s) == R"("\u0000\u0001\u000b\u001f")");
    CHECK(quoted("\x7f") == "\"\x7f\"");
  }

  TEST_CASE("escapes at both ends and next to each other keep all text") {
    CHECK(quoted("\"a\"\"b\"") == R"("\"a\"\"b\"")");
    CHECK(quoted("\xe2\x80\xa8x\xe2\x80\xa9") == R"("\u2028x\u2029")");
    CHECK(quoted("\xe2\x80\xa8\n\xef\xbf\xbf") == R"("\u2028\n\uffff")");
  }

  TEST_CASE("exactly the characters SockJS names are escaped, others are raw") {
    for (std::uint32_t c = 0x80; c <= 0x10ffff; ++c) {
      if (is_surrogate(c))
        continue;
      const std::string expected
        = '"' + (in_sockjs_range(c) ? lower_hex(c) : utf8(c)) + '"';
      if (quoted(utf8(c)) != expected) {
        CAPTURE(c);
        FAIL("wrong encoding");
      }
    }
  }

  TEST_CASE("every ASCII character survives encoding and decoding") {
    std::string all;
    for (int c = 0; c < 0x80; ++c)
      all += static_cast<char>(c);
    CHECK(decoded(quoted(all)) == all);
    CHECK(decoded(script_quoted(all)) == all);
    CHECK(decoded(ascii_quoted(all)) == all);
  }

  TEST_CASE("a lead byte cut short at the end is not read beyond") {
    for (const auto* text : {"\xe2", "\xe2\x80", "\xef", "\xef\xbf"})
      CHECK(quoted(text) == '"' + std::string(text) + '"');
    CHECK(quoted("\xe2\"\"") == "\"\xe2\\\"\\\"\"");
  }
}

TEST_SUITE("JSON string in a script") {
  TEST_CASE("no tag or comment can begin") {
    CHECK(script_quoted("</script><!--") == R"("\u003c/script>\u003c!--")");
    CHECK(decoded(script_quoted("</script>")) == "</script>");
  }

  TEST_CASE("line separators, which end a line of a script, are escaped") {
    CHECK(script_quoted("\xe2\x80\xa8\xe2\x80\xa9") == R"("\u2028\u2029")");
  }
}

TEST_SUITE("JSON string of ASCII") {
  TEST_CASE("characters beyond ASCII become lower-case escapes") {
    CHECK(ascii_quoted("\xc3\xa9") == R"("\u00e9")");
    CHECK(ascii_quoted("za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87")
          == R"("za\u017c\u00f3\u0142\u0107")");
    CHECK(ascii_quoted("\x7f") == R"("\u007f")");
  }

  TEST_CASE("characters above U+FFFF become a pair, high half first") {
    CHECK(ascii_quoted("\xf0\x9f\x98\x80") == R"("\ud83d\ude00")");
    CHECK(ascii_quoted("\xf0\x90\x80\x80") == R"("\ud800\udc00")");
    CHECK(ascii_quoted("\xf4\x8f\xbf\xbf") == R"("\udbff\udfff")");
  }

  TEST_CASE("ASCII is escaped as in any JSON string") {
    CHECK(ascii_quoted("a/\"b\"\\\n\r\t\b\f\x01</")
          == R"("a/\"b\"\\\n\r\t\b\f\u0001</")");
  }

  TEST_CASE("every character survives and the result is ASCII") {
    for (std::uint32_t c = 0; c <= 0x10ffff; c += 7) {
      if (is_surrogate(c))
        continue;
      const std::string text = ascii_quoted(utf8(c));
      for (const char byte : text)
        REQUIRE(static_cast<unsigned char>(byte) < 0x80);
      if (decoded(text) != utf8(c)) {
        CAPTURE(c);
        FAIL("wrong encoding");
      }
    }
  }

  TEST_CASE("bytes that are not UTF-8 become replacement characters") {
    CHECK(ascii_quoted("\xff"
                       "a")
          == R"("\ufffda")");
    CHECK(ascii_quoted("\xc0\xaf") == R"("\ufffd\ufffd")");
    CHECK(ascii_quoted("\xe2\x82") == R"("\ufffd\ufffd")");
    CHECK(ascii_quoted("\xed\xa0\x80") == R"("\ufffd\ufffd\ufffd")");
    CHECK(ascii_quoted("\xf4\x90\x80\x80") == R"("\ufffd\ufffd\ufffd\ufffd")");
    CHECK(ascii_quoted("\xe0\x80\x80") == R"("\ufffd\ufffd\ufffd")");
  }
}
