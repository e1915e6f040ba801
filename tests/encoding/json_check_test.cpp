#include "encoding/json.hpp"
#include "encoding/utf8.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace std::string_literals;
using namespace thunderpush;

namespace {

struct sample {
  const char* what;
  std::string text;
};

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i)
    text += part;
  return text;
}

std::string nested_arrays(std::size_t levels) {
  return repeated("[", levels) + repeated("]", levels);
}

const std::vector<sample>& accepted() {
  static const std::vector<sample> samples{
    {"an object", R"({"a":1})"},
    {"an array", "[1,2,3]"},
    {"a string", "\"Hello World!\""},
    {"an empty string", "\"\""},
    {"an empty object", "{}"},
    {"an empty array", "[]"},
    {"a number", "0"},
    {"a negative zero", "-0"},
    {"a negative number", "-12.5"},
    {"a fraction", "0.25"},
    {"exponents", "[1e5,1E5,1e+5,1e-5,0e0,1.5E-007]"},
    {"literals", "[true,false,null]"},
    {"white space around the value", " \t\r\n{\"a\" : [ 1 , 2 ] }\n \t"},
    {"a newline at the end", "1\n"},
    {"duplicate member names", R"({"a":1,"a":2})"},
    {"an empty member name", R"({"":1})"},
    {"a number beyond a double", "1e999"},
    {"a negative number beyond a double", "[-1e999]"},
    {"an exponent beyond an int", "1e99999999999999999999"},
    {"a negative exponent beyond an int", "1e-99999999999999999999"},
    {"an integer of 400 digits", repeated("7", 400)},
    {"a fraction of 100,000 digits", "0." + repeated("3", 100'000)},
    {"an exponent of 100,000 digits", "1e" + repeated("9", 100'000)},
    {"a long number as a member",
     R"({"n":)" + repeated("1", 500) + R"(,"m":2})"},
    {"a long number and white space", repeated("12", 300) + " \n"},
    {"a long fraction with an exponent", "123456.123456e123456"},
    {"all short escapes", R"("\"\\\/\b\f\n\r\t")"},
    {"escaped characters", R"("\u00e9\u0000\uFFFF\uabCD")"},
    {"an escaped surrogate pair", R"("\ud83d\ude00")"},
    {"two escaped surrogate pairs", R"("\ud83d\ude00\uD83D\uDE00")"},
    {"a lone high surrogate as an escape", R"("\ud800")"},
    {"a lone low surrogate as an escape", R"("\uDC00")"},
    {"a high surrogate before a letter", R"("\udbffx")"},
    {"a high surrogate before a short escape", R"("\udbff\n")"},
    {"a high surrogate before another escape", R"("\ud800\u0041")"},
    {"a high surrogate before a quotation mark", R"("\ud800\"")"},
    {"two high surrogates", R"("\ud800\ud800")"},
    {"a high surrogate before a pair", R"("\ud800\ud83d\ude00")"},
    {"low before high surrogate", R"("\ude00\ud83d")"},
    {"a lone surrogate in a member name", R"({"\ud800":1})"},
    {"digits in a string", "\"" + repeated("0123456789", 50) + "\""},
    {"what is no escape after a backslash", R"("\\ud800\\u12")"},
    {"a delete character", "\"\x7f\""},
    {"UTF-8 of two bytes", "\"\xc3\xa9\""},
    {"UTF-8 of three bytes", "\"\xe2\x82\xac\""},
    {"UTF-8 of four bytes", "\"\xf0\x9f\x98\x80\""},
    {"the last character", "\"\xf4\x8f\xbf\xbf\""},
    {"noncharacters", "\"\xef\xbf\xbf\xef\xb7\x90\""},
    {"line separators", "\"\xe2\x80\xa8\xe2\x80\xa9\""},
    {"a byte order mark inside a string", "\"\xef\xbb\xbf\""},
    {"a long string", "\"" + repeated("x", 1 << 20) + "\""},
    {"512 levels of arrays", nested_arrays(512)},
    {"many short arrays", "[" + repeated("[],", 10'000) + "[]]"},
  };
  return samples;
}

const std::vector<sample>& refused() {
  static const std::vector<sample> samples{
    {"an empty body", ""},
    {"a blank", " "},
    {"only white space", " \t\r\n"},
    {"a vertical tab as white space", "\v1"},
    {"a no-break space", "\xc2\xa0"s + "1"},
    {"a word", "hello"},
    {"NaN", "NaN"},
    {"Infinity", "Infinity"},
    {"-Infinity", "-Infinity"},
    {"NaN in an array", "[NaN]"},
    {"Infinity in an object", R"({"a":Infinity})"},
    {"-Infinity in an array", "[1,-Infinity]"},
    {"Inf and nan", "[Inf,nan]"},
    {"capital literals", "TRUE"},
    {"half a literal", "tru"},
    {"too much of a literal", "nulll"},
    {"a raw newline in a string", "\"a\nb\""},
    {"a raw tab in a string", "\"a\tb\""},
    {"a raw NUL in a string", "\"a\0b\""s},
    {"a raw control character in a string", "\"\x1f\""},
    {"a raw control character in a name", "{\"\x01\":1}"},
    {"trailing text", "1 2"},
    {"trailing text after an object", "{} x"},
    {"two strings", "\"a\"\"b\""},
    {"a trailing bracket", "[]]"},
    {"a trailing comma after the value", "1,"},
    {"a NUL after the value", "1\0"s},
    {"text after a NUL", "{}\0garbage"s},
    {"JSON after a NUL", "1\0 2"s},
    {"a NUL before the value", "\0 1"s},
    {"a NUL in an array", "[1,\0 2]"s},
    {"a NUL after a backslash", "\"\\\0\""s},
    {"a NUL in an escape", "\"\\u00\0\0\""s},
    {"a line comment", "1 // one"},
    {"a block comment", "/* one */ 1"},
    {"a comment in an array", "[1,/**/2]"},
    {"a hash comment", "# one\n1"},
    {"single quotes", "'a'"},
    {"single quotes around a name", "{'a':1}"},
    {"a name without quotes", "{a:1}"},
    {"a number as a name", "{1:1}"},
    {"a leading zero", "01"},
    {"two zeros", "00"},
    {"a negative leading zero", "-01"},
    {"a leading zero of a long number", "0" + repeated("1", 400)},
    {"1.", "1."},
    {"1. in an array", "[1.]"},
    {"1.e5", "1.e5"},
    {".5", ".5"},
    {"+1", "+1"},
    {"a minus alone", "-"},
    {"two minuses", "--1"},
    {"an exponent without digits", "1e"},
    {"a signed exponent without digits", "1e+"},
    {"a fraction of an exponent", "1e5.5"},
    {"two fractions", "1.5.5"},
    {"a long number with two fractions", "123456.123456.5"},
    {"a hexadecimal number", "0x10"},
    {"blanks inside a number", "1 000"},
    {"underscores inside a number", "1_000"},
    {"a trailing comma in an array", "[1,]"},
    {"a trailing comma in an object", R"({"a":1,})"},
    {"a comma alone", "[,]"},
    {"two commas", "[1,,2]"},
    {"no comma", "[1 2]"},
    {"a colon in an array", "[1:2]"},
    {"a name without a value", R"({"a"})"},
    {"a name and a colon", R"({"a":})"},
    {"two colons", R"({"a"::1})"},
    {"an open array", "[1"},
    {"an open object", R"({"a":1)"},
    {"an open string", "\"a"},
    {"a quotation mark alone", "\""},
    {"a string that ends in a backslash", "\"\\"},
    {"a string whose end is escaped", R"("a\")"},
    {"crossed brackets", "[{]}"},
    {"the wrong bracket", "[1}"},
    {"an unknown escape", R"("\x41")"},
    {"an escaped single quote", R"("\'")"},
    {"an escaped capital U", R"("\U0041")"},
    {"a short escape sequence", R"("\u12")"},
    {"an escape that is not hexadecimal", R"("\u12g4")"},
    {"a surrogate escape that is not hexadecimal", R"("\ud8g0")"},
    {"a surrogate before a short escape sequence", R"("\ud800\u12")"},
    {"a surrogate before an unknown escape", R"("\ud800\x")"},
    {"an open string after a surrogate", R"("\ud800)"},
    {"a surrogate outside a string", R"(\ud800)"},
    {"a byte order mark", "\xef\xbb\xbf{}"},
    {"a byte order mark alone", "\xef\xbb\xbf"},
    {"a byte order mark at the end", "{}\xef\xbb\xbf"},
    {"UTF-16", "\"\0a\0\"\0"s},
    {"a high surrogate encoded as UTF-8", "\"\xed\xa0\x80\""},
    {"a low surrogate encoded as UTF-8", "\"\xed\xb0\x80\""},
    {"a surrogate pair encoded as UTF-8", "\"\xed\xa0\xbd\xed\xb8\x80\""},
    {"Latin-1", "\"\xe9\""},
    {"a continuation byte alone", "\"\x80\""},
    {"two bytes cut short", "\"\xc3\""},
    {"three bytes cut short", "\"\xe2\x82\""},
    {"four bytes cut short", "\"\xf0\x9f\x98\""},
    {"a character cut by the end of the body", "\"\xf0\x9f"},
    {"an overlong slash", "\"\xc0\xaf\""},
    {"an overlong character of three bytes", "\"\xe0\x80\x80\""},
    {"an overlong character of four bytes", "\"\xf0\x80\x80\x80\""},
    {"a character beyond the last", "\"\xf4\x90\x80\x80\""},
    {"a byte that no UTF-8 has", "\"\xff\""},
    {"bad UTF-8 in a member name", "{\"\xff\":1}"},
    {"bad UTF-8 outside strings", "[\xff]"},
    {"UTF-8 outside strings", "\xc3\xa9"},
    {"513 levels of arrays", nested_arrays(513)},
    {"100,000 open arrays", repeated("[", 100'000)},
    {"100,000 levels of arrays", nested_arrays(100'000)},
    {"100,000 levels of objects",
     repeated(R"({"a":)", 100'000) + "1" + repeated("}", 100'000)},
  };
  return samples;
}

} // namespace

TEST_SUITE("JSON check") {
  TEST_CASE("each correct text passes") {
    for (const auto& [what, text] : accepted()) {
      CAPTURE(what);
      CHECK_FALSE(check_json(text));
    }
  }

  TEST_CASE("each incorrect text is refused, with a place and a reason") {
    for (const auto& [what, text] : refused()) {
      CAPTURE(what);
      const auto error = check_json(text);
      REQUIRE(error);
      CHECK(error->offset <= text.size());
      CHECK_FALSE(error->reason.empty());
    }
  }

  TEST_CASE("what passes is valid UTF-8 without NUL") {
    for (const auto& [what, text] : accepted()) {
      CAPTURE(what);
      CHECK(is_valid_utf8(text));
      CHECK(text.find('\0') == std::string::npos);
    }
  }

  TEST_CASE("every prefix of an object is refused") {
    const std::string text
      = R"({"a":[1.5e3,-20,true,"\ud83d\ude00\ud800 \u00e9"],"b":{"c":null}})";
    REQUIRE_FALSE(check_json(text));
    for (std::size_t size = 0; size < text.size(); ++size) {
      CAPTURE(size);
      CHECK(check_json(std::string_view(text).substr(0, size)));
    }
  }

  TEST_CASE("a NUL anywhere in a text makes it incorrect") {
    const std::string text = R"( {"a":[1.5,"x\n\u0041\ud800"]} )";
    for (std::size_t at = 0; at <= text.size(); ++at) {
      CAPTURE(at);
      std::string with_nul = text;
      with_nul.insert(at, 1, '\0');
      CHECK(check_json(with_nul));
    }
  }

  TEST_CASE("the depth limit counts arrays and objects together") {
    CHECK_FALSE(check_json(R"([{"a":[]}])", 3));
    CHECK(check_json(R"([{"a":[]}])", 2));
    CHECK_FALSE(check_json("[[],[],[]]", 2));
    CHECK_FALSE(check_json("1", 0));
    CHECK(check_json("[]", 0));
  }

  TEST_CASE("a text nested too deeply says so") {
    const auto error = check_json("[[[1]]]", 2);
    REQUIRE(error);
    CHECK(error->reason == "Nested too deeply.");
    CHECK(error->offset == 2);
  }

  TEST_CASE("an error names the byte of the text as it was sent") {
    const auto after_long_number = check_json(repeated("1", 50) + " x");
    REQUIRE(after_long_number);
    CHECK(after_long_number->offset == 51);
    const auto after_surrogate = check_json(R"("\ud800\x")");
    REQUIRE(after_surrogate);
    CHECK(after_surrogate->offset == 7);
  }
}
