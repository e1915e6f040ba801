#include "config/log_line.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace thunderpush {

namespace {

using clock = std::chrono::system_clock;

// 2026-02-03T04:05:06.007Z, and some microseconds more.
constexpr clock::time_point some_time{1'770'091'506'007ms + 900us};

std::string line(std::string_view text, log_style style,
                 log_level level = log_level::info) {
  return log_line({some_time, level, "http", text}, style);
}

} // namespace

TEST_SUITE("log line") {
  TEST_CASE("the time is UTC with milliseconds, which are not rounded") {
    CHECK(log_time(some_time) == "2026-02-03T04:05:06.007Z");
    CHECK(log_time(clock::time_point{}) == "1970-01-01T00:00:00.000Z");
    CHECK(log_time(clock::time_point{4'102'444'799'999ms})
          == "2099-12-31T23:59:59.999Z");
    CHECK(log_time(clock::time_point{-1ms}) == "1969-12-31T23:59:59.999Z");
  }

  TEST_CASE("text is time, level, component and message") {
    CHECK(line("accept failed", log_style::text, log_level::warning)
          == "2026-02-03T04:05:06.007Z warning http: accept failed\n");
  }

  TEST_CASE("JSON is an object of time, level, component and message") {
    CHECK(line("accept failed", log_style::json, log_level::warning)
          == "{\"time\":\"2026-02-03T04:05:06.007Z\",\"level\":\"warning\","
             "\"component\":\"http\",\"message\":\"accept failed\"}\n");
  }

  TEST_CASE("the journal gets a priority and no time") {
    CHECK(line("x", log_style::journal, log_level::error)
          == "<3>error http: x\n");
    CHECK(line("x", log_style::journal, log_level::warning)
          == "<4>warning http: x\n");
    CHECK(line("x", log_style::journal) == "<6>info http: x\n");
    CHECK(line("x", log_style::journal, log_level::debug)
          == "<7>debug http: x\n");
    CHECK(line("x", log_style::journal, log_level::trace)
          == "<7>trace http: x\n");
  }

  TEST_CASE("quotes and backslashes are escaped in JSON only") {
    CHECK(line(R"(a "b" \c)", log_style::json)
            .ends_with(R"("message":"a \"b\" \\c"})"
                       "\n"));
    CHECK(line(R"(a "b" \c)", log_style::text).ends_with("a \"b\" \\c\n"));
  }

  TEST_CASE("nothing can forge a second line, a field or a format") {
    CHECK(line("a\nb\r{} {0} %v", log_style::text)
            .ends_with("http: a\\x0Ab\\x0D{} {0} %v\n"));
    CHECK(line("a\n\",\"level\":\"off", log_style::json)
            .ends_with(R"("message":"a\\x0A\",\"level\":\"off"})"
                       "\n"));
    CHECK(line("<0>\n<0>a", log_style::journal)
          == "<6>info http: <0>\\x0A<0>a\n");
    const log_entry odd{some_time, log_level::info, "a\n\"", "x"};
    CHECK(log_line(odd, log_style::json)
            .ends_with(R"("component":"a\\x0A\"","message":"x"})"
                       "\n"));
  }

  TEST_CASE("bytes that are not UTF-8 become text in every style") {
    for (auto style : {log_style::text, log_style::journal})
      CHECK(line("\xC3\xA9\xFF\xC3", style).ends_with("\xC3\xA9\\xFF\\xC3\n"));
    CHECK(line("\xC3\xA9\xFF\xC3", log_style::json)
            .ends_with("\"\xC3\xA9\\\\xFF\\\\xC3\"}\n"));
    CHECK(line(std::string_view{"\0", 1}, log_style::json)
            .ends_with("\"\\\\x00\"}\n"));
  }

  TEST_CASE("a long text is cut with a mark, between two characters") {
    const std::string longest(longest_log_text, 'x');
    CHECK(line(longest, log_style::text).ends_with("http: " + longest + "\n"));
    CHECK(line(longest + "x", log_style::text)
            .ends_with("http: " + longest + "...\n"));
    CHECK(line(longest.substr(1) + "\xC3\xA9", log_style::text)
            .ends_with("http: " + longest.substr(1) + "...\n"));
  }
}

} // namespace thunderpush
