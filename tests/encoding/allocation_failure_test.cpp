#include "encoding/json.hpp"
#include "encoding/json_members.hpp"
#include "encoding/percent.hpp"
#include "tests/support/failing_allocations.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace thunderpush;

namespace {

// Deep and long enough for all buffers to grow several times.
std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

std::string text_with_escapes() {
  std::string text;
  for (int i = 0; i < 500; ++i)
    text += "a \"quoted\" \xE2\x80\xA8 line\n";
  return text;
}

template <class Append>
std::size_t fails_or_appends(Append append) {
  const auto text = text_with_escapes();
  const auto work = [&] {
    std::string out = "before ";
    append(out, text);
    return out;
  };
  return fails_or_gives(work, work());
}

} // namespace

TEST_SUITE("allocation failure in encodings") {
  TEST_CASE("a check of JSON fails or tells the same") {
    const auto good = nested(400);
    const auto bad = nested(400) + "]";
    CHECK(fails_or_gives([&] { return check_json(good).has_value(); }, false)
          > 0);
    CHECK(fails_or_gives([&] { return check_json(bad).has_value(); }, true)
          > 0);
  }

  TEST_CASE("escaping fails or appends the same") {
    CHECK(fails_or_appends(&append_json_string) > 1);
    CHECK(fails_or_appends(&append_script_json_string) > 1);
    CHECK(fails_or_appends(&append_ascii_json_string) > 1);
  }

  TEST_CASE("an array of strings fails or is the same") {
    std::string text = "[";
    std::vector<std::string> expected;
    for (int i = 0; i < 40; ++i) {
      expected.push_back("a message that is long enough: " + std::to_string(i));
      text.append(i == 0 ? "" : ",").append("\"" + expected.back() + "\"");
    }
    text += "]";
    CHECK(fails_or_gives(
            [&] { return parse_json_strings(text, json_strings_form::array); },
            json_strings{expected})
          > 40);
  }

  TEST_CASE("members of an object fail or are the same") {
    const std::string_view text
      = R"({"a member with a long name": "a value that is long, too",
            "another member of the same": "another value of the same"})";
    const auto expected = parse_json_members(text);
    REQUIRE(expected);
    CHECK(fails_or_gives([&] { return parse_json_members(text); }, expected)
          > 4);
  }

  TEST_CASE("decoding of percent escapes fails or gives the same") {
    std::string escaped;
    for (int i = 0; i < 100; ++i)
      escaped += "%C3%A9t%C3%A9/";
    const auto decode = [&] { return decode_path_part(escaped); };
    CHECK(fails_or_gives(decode, decode()) > 0);
    const auto form = "a=b&name=" + escaped;
    const auto find = [&] { return find_form_value(form, "name"); };
    CHECK(fails_or_gives(find, find()) > 0);
  }
}
