#include "config/repeated_lines.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace thunderpush {

namespace {

constexpr repeated_lines::time_point begin{1h};

// How many of `count` such events pass at that time.
std::size_t passed(repeated_lines& lines, std::size_t count,
                   const std::string& text,
                   repeated_lines::time_point now = begin) {
  std::size_t result = 0;
  for (std::size_t i = 0; i < count; ++i)
    result += lines.take(now, log_level::info, "c", text).passes ? 1 : 0;
  return result;
}

left_out line(const std::string& text) {
  return {log_level::info, "c", text};
}

} // namespace

TEST_SUITE("repeated lines") {
  TEST_CASE("ten of a kind pass within a second") {
    repeated_lines lines;
    CHECK(passed(lines, 10, "accept failed") == 10);
    CHECK(passed(lines, 5, "accept failed", begin + 999ms) == 0);
  }

  TEST_CASE("when the second is over one line says what was left out") {
    repeated_lines lines;
    passed(lines, 17, "accept failed");
    CHECK(lines.end_windows(begin + 999ms).empty());
    CHECK(lines.end_windows(begin + 1s)
          == std::vector{line("accept failed... (7 similar lines left out)")});
    CHECK(lines.end_windows(begin + 2s).empty());
  }

  TEST_CASE("one line is one line") {
    repeated_lines lines;
    passed(lines, 11, "x");
    CHECK(lines.end_windows(begin + 1s)
          == std::vector{line("x... (1 similar line left out)")});
  }

  TEST_CASE("the next second ten pass again, behind what was left out") {
    repeated_lines lines;
    passed(lines, 12, "x");
    const auto next = lines.take(begin + 1s, log_level::info, "c", "x");
    CHECK(next.passes);
    CHECK(next.before == line("x... (2 similar lines left out)"));
    CHECK(passed(lines, 20, "x", begin + 1s) == 9);
  }

  TEST_CASE("the window begins with its first event") {
    repeated_lines lines;
    CHECK(passed(lines, 6, "x", begin) == 6);
    CHECK(passed(lines, 6, "x", begin + 900ms) == 4);
    CHECK(passed(lines, 6, "x", begin + 1100ms) == 6);
  }

  TEST_CASE("where nothing was left out nothing is said") {
    repeated_lines lines;
    passed(lines, 10, "x");
    CHECK(!lines.take(begin + 1s, log_level::info, "c", "x").before);
    CHECK(lines.end_windows(begin + 2s).empty());
  }

  TEST_CASE("component, level and text tell kinds apart") {
    repeated_lines lines;
    passed(lines, 20, "x");
    CHECK(lines.take(begin, log_level::info, "d", "x").passes);
    CHECK(lines.take(begin, log_level::error, "c", "x").passes);
    CHECK(lines.take(begin, log_level::info, "c", "y").passes);
    CHECK(!lines.take(begin, log_level::info, "c", "x").passes);
  }

  TEST_CASE("digits do not tell kinds apart, nor what follows a quote") {
    repeated_lines lines;
    CHECK(passed(lines, 5, "user \"a\" waits 5 s") == 5);
    CHECK(passed(lines, 5, "user \"b\" left") == 5);
    CHECK(passed(lines, 5, "user \"\"\"c") == 0);
    CHECK(passed(lines, 5, "close 3008 of 12") == 5);
    CHECK(passed(lines, 10, "close 1 of 7") == 5);
    CHECK(lines.end_all()
          == std::vector{line("close ... (5 similar lines left out)"),
                         line("user ... (5 similar lines left out)")});
  }

  TEST_CASE("a long text is compared and shown by its beginning") {
    repeated_lines lines;
    const std::string same(256, 'x');
    CHECK(passed(lines, 6, same + "a") == 6);
    CHECK(passed(lines, 6, same + "b") == 4);
    CHECK(lines.end_all()
          == std::vector{line(same + "... (2 similar lines left out)")});
  }

  TEST_CASE("at the end all is said at once") {
    repeated_lines lines;
    passed(lines, 11, "x");
    CHECK(lines.end_all().size() == 1);
    CHECK(lines.end_all().empty());
  }

  TEST_CASE("kinds that are too many pass, and those known are still counted") {
    repeated_lines lines;
    for (std::size_t i = 0; i < repeated_lines::most_kinds; ++i)
      passed(lines, 11, std::string(i % 256, 'x') + (i < 256 ? "a" : "b"));
    CHECK(passed(lines, 20, "new") == 20);
    CHECK(passed(lines, 20, "a") == 0);
    CHECK(lines.end_windows(begin + 1s).size() == repeated_lines::most_kinds);
    CHECK(passed(lines, 20, "new", begin + 1s) == 10);
  }
}

} // namespace thunderpush
