#include "encoding/json.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace std::string_literals;
using namespace thunderpush;

namespace {

using strings = std::vector<std::string>;

constexpr auto array = json_strings_form::array;
constexpr auto array_or_string = json_strings_form::array_or_string;

strings taken(std::string_view text, json_strings_form form = array) {
  const json_strings result = parse_json_strings(text, form);
  const auto* values = std::get_if<strings>(&result);
  REQUIRE(values);
  return *values;
}

std::optional<json_strings_error> error_of(std::string_view text,
                                           json_strings_form form = array) {
  const json_strings result = parse_json_strings(text, form);
  if (const auto* error = std::get_if<json_strings_error>(&result))
    return *error;
  return std::nullopt;
}

} // namespace

TEST_SUITE("JSON array of strings") {
  TEST_CASE("the strings come out decoded and in order") {
    CHECK(taken(R"(["a","b","c"])") == strings{"a", "b", "c"});
    CHECK(taken(" [ \"a\" ,\n\"\" ] ") == strings{"a", ""});
    CHECK(taken(R"(["CONNECT u:key","SUBSCRIBE a:b"])")
          == strings{"CONNECT u:key", "SUBSCRIBE a:b"});
  }

  TEST_CASE("one plain string is found at any length, and nothing like one") {
    for (std::size_t size = 0; size < 40; ++size) {
      CAPTURE(size);
      const std::string plain(size, '\x7f');
      CHECK(taken("[\"" + plain + "\"]") == strings{plain});
      for (std::size_t at = 0; at < size; ++at) {
        CAPTURE(at);
        auto other = plain;
        other.replace(at, 1, "\",\"");
        CHECK(taken("[\"" + other + "\"]").size() == 2);
        other.replace(at, 3, "\\n");
        auto decoded = plain;
        decoded[at] = '\n';
        CHECK(taken("[\"" + other + "\"]") == strings{decoded});
        other.replace(at, 2, "\xc3\xa9");
        CHECK(taken("[\"" + other + "\"]").front().size() == size + 1);
        other.replace(at, 2, "\n");
        CHECK(error_of("[\"" + other + "\"]") == json_strings_error::broken);
        other[at] = '\xff';
        CHECK(error_of("[\"" + other + "\"]") == json_strings_error::broken);
      }
    }
    CHECK(error_of("[\"]") == json_strings_error::broken);
    CHECK(error_of("[\"\\\"]") == json_strings_error::broken);
  }

  TEST_CASE("an empty array has no strings") {
    CHECK(taken("[]").empty());
    CHECK(taken(" [ ] ", array_or_string).empty());
  }

  TEST_CASE("a bare string is one string only where that is allowed") {
    CHECK(taken(R"("a")", array_or_string) == strings{"a"});
    CHECK(taken(R"("")", array_or_string) == strings{""});
    CHECK(error_of(R"("a")") == json_strings_error::not_an_array);
  }

  TEST_CASE("all escapes are decoded") {
    CHECK(taken(R"(["\"\\\/\b\f\n\r\t\u00e9\u20AC"])")
          == strings{"\"\\/\b\f\n\r\t\xc3\xa9\xe2\x82\xac"});
    CHECK(taken(R"(["a\u0000b"])") == strings{"a\0b"s});
  }

  TEST_CASE("surrogate pairs are joined") {
    CHECK(taken(R"(["\ud83d\ude00","\uDBFF\uDFFF"])")
          == strings{"\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"});
  }

  TEST_CASE("each lone surrogate becomes a replacement character") {
    const std::string r = "\xef\xbf\xbd";
    CHECK(taken(R"(["\ud800"])") == strings{r});
    CHECK(taken(R"(["a\uDC00b"])") == strings{"a" + r + "b"});
    CHECK(taken(R"(["\ud800\ud800"])") == strings{r + r});
    CHECK(taken(R"(["\udc00\ud800"])") == strings{r + r});
    CHECK(taken(R"(["\ud800\u0041"])") == strings{r + "A"});
    CHECK(taken(R"(["\ud800\n"])") == strings{r + "\n"});
    CHECK(taken(R"(["\ud800\ud83d\ude00"])")
          == strings{r + "\xf0\x9f\x98\x80"});
    CHECK(taken(R"(["\ud83d\ude00\ude00"])")
          == strings{"\xf0\x9f\x98\x80" + r});
    CHECK(taken(R"(["\ud800","\udc00"])") == strings{r, r});
  }

  TEST_CASE("what only looks like a surrogate stays") {
    CHECK(taken(R"(["\\ud800"])") == strings{R"(\ud800)"});
    CHECK(taken(R"(["\\\\ud800\ud7ff\ue000"])")
          == strings{"\\\\ud800\xed\x9f\xbf\xee\x80\x80"});
  }

  TEST_CASE("raw UTF-8 stays as it is") {
    CHECK(taken("[\"\xc3\xa9\xf0\x9f\x98\x80\xe2\x80\xa8\"]")
          == strings{"\xc3\xa9\xf0\x9f\x98\x80\xe2\x80\xa8"});
  }

  TEST_CASE("digits in a string stay, however many") {
    CHECK(taken(R"(["1234567890"])") == strings{"1234567890"});
  }

  TEST_CASE("an empty text is told apart from a broken one") {
    CHECK(error_of("") == json_strings_error::empty);
    CHECK(error_of(" ") == json_strings_error::broken);
    CHECK(error_of("", array_or_string) == json_strings_error::empty);
  }

  TEST_CASE("what is not JSON is broken") {
    for (const auto& text : {"x"s,
                             "["s,
                             "[\"a\""s,
                             "[\"a\",]"s,
                             "[\"a\"] x"s,
                             "['a']"s,
                             "[\"a\"\"b\"]"s,
                             "[\"\n\"]"s,
                             "[\"\xff\"]"s,
                             "[\"\xed\xa0\x80\"]"s,
                             "\xef\xbb\xbf[\"a\"]"s,
                             "[\"a\"]\0"s,
                             "[\"a\"]\0[\"b\"]"s,
                             "[\"\0\"]"s,
                             "[\"\\ud800\\u12\"]"s,
                             "[\"\\x\"]"s,
                             "[1"s,
                             "{\"a\":"s,
                             "[NaN]"s,
                             "[[\"a\"]"s,
                             "\"a"s}) {
      CAPTURE(text);
      CHECK(error_of(text) == json_strings_error::broken);
      CHECK(error_of(text, array_or_string) == json_strings_error::broken);
    }
  }

  TEST_CASE("a text cut anywhere is broken and not read beyond its end") {
    const std::string whole
      = "[\"\xc3\xa9\",\"\xf0\x9f\x98\x80\",\"\\ud83d\\ude00\",\"\\n\"]";
    CHECK(taken(whole).size() == 4);
    for (std::size_t size = 1; size < whole.size(); ++size) {
      CAPTURE(size);
      // On the heap and of exactly that size, for the sanitizers.
      const std::vector<char> cut(whole.data(), whole.data() + size);
      CHECK(error_of({cut.data(), cut.size()}) == json_strings_error::broken);
    }
  }

  TEST_CASE("JSON of another kind is no array") {
    for (const auto* text : {"1", "1e999", "-0", "true", "null", "{}",
                             R"({"a":"b"})", R"({"a":["b"]})"}) {
      CAPTURE(text);
      CHECK(error_of(text) == json_strings_error::not_an_array);
      CHECK(error_of(text, array_or_string)
            == json_strings_error::not_an_array);
    }
  }

  TEST_CASE("one element that is no string spoils the array") {
    for (const auto* text :
         {"[1]", "[1e999]", R"(["a",1])", R"([null,"a"])", "[true]", "[[]]",
          R"([["a"]])", "[{}]", R"(["a",{"b":"c"},"d"])", R"([{"a":1}])"}) {
      CAPTURE(text);
      CHECK(error_of(text) == json_strings_error::not_a_string);
      CHECK(error_of(text, array_or_string)
            == json_strings_error::not_a_string);
    }
  }

  TEST_CASE("100,000 levels are refused without a deep stack") {
    CHECK(error_of(std::string(100'000, '[')) == json_strings_error::broken);
    CHECK(error_of(std::string(100'000, '[') + std::string(100'000, ']'))
          == json_strings_error::broken);
  }

  TEST_CASE("many strings and long strings are taken") {
    std::string text = "[\"" + std::string(100'000, 'x') + '"';
    for (int i = 0; i < 10'000; ++i)
      text += ",\"y\"";
    text += ']';
    const strings values = taken(text);
    CHECK(values.size() == 10'001);
    CHECK(values.front().size() == 100'000);
    CHECK(values.back() == "y");
  }
}
