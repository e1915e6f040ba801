#include "ctl/top_view.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

json_document json(std::string_view text) {
  auto found = parse_json(text);
  REQUIRE(found);
  return *std::move(found);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

top_figures figures() {
  return {json(R"({"version": "2.0.0", "uptime_seconds": 200,
                   "connections": 1234, "sessions": 5, "channels": 6,
                   "publications": 7, "deliveries": 8, "http_requests": 9})"),
          json(R"({"homes": [{"home": 0, "actors": 12}, {"home": 1}]})"),
          json(R"({"connections": [{"id": 7, "user": "al\u001bice", "app": null,
                   "queued_bytes": 2048, "rtt_ms": null}]})")};
}

std::string join(const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines)
    all += line + '\n';
  return all;
}

} // namespace

TEST_SUITE("top view") {
  TEST_CASE("it begins with the connections that have most waiting") {
    CHECK(top_choice{}.path(20) == "/connections?sort=queued_bytes&limit=20");
  }

  TEST_CASE("each list keeps the column that it is sorted by") {
    top_choice choice;
    choice.next_sort();
    CHECK(choice.sort() == "oldest");
    choice.next_list();
    CHECK(choice.path(5) == "/channels?sort=subscribers&limit=5");
    choice.next_list();
    CHECK(choice.sort() == "oldest");
  }

  TEST_CASE("behind the last column comes the first") {
    top_choice choice;
    for (std::size_t i = 0; i < sort_keys(choice.list).size(); ++i)
      choice.next_sort();
    CHECK(choice.sort() == sort_keys(choice.list).front());
  }

  TEST_CASE("rates need two figures") {
    top_rates rates;
    const steady_clock::time_point begin{};
    CHECK(!rates.of("deliveries"));
    rates.take(json(R"({"deliveries": 100})"), begin);
    CHECK(!rates.of("deliveries"));
    rates.take(json(R"({"deliveries": 300})"), begin + seconds{2});
    CHECK(rates.of("deliveries") == 100.0);
    CHECK(!rates.of("version"));
  }

  TEST_CASE("a server that was restarted has no rate below nothing") {
    top_rates rates;
    const steady_clock::time_point begin{};
    rates.take(json(R"({"deliveries": 100})"), begin);
    rates.take(json(R"({"deliveries": 10})"), begin + seconds{1});
    CHECK(rates.of("deliveries") == 10.0);
  }

  TEST_CASE("the screen is full to its last line, and no line is too long") {
    const auto lines
      = top_lines({figures(), {}, {}, ""}, {40, 20}, palette{false});
    CHECK(lines.size() == 20);
    for (const auto& line : lines)
      CHECK(display_width(line) <= 40);
    CHECK(contains(lines.back(), "q quit"));
  }

  TEST_CASE("a screen that is too small is no disaster") {
    for (const std::size_t rows : {0U, 1U, 2U, 5U})
      CHECK(top_lines({figures(), {}, {}, "trouble"}, {1, rows}, palette{false})
              .size()
            == std::max<std::size_t>(rows, 1));
  }

  TEST_CASE("figures are shown, and cannot steer the terminal") {
    const auto text
      = join(top_lines({figures(), {}, {}, ""}, {200, 20}, palette{false}));
    CHECK(contains(text, "thunderpush 2.0.0, up 3m 20s: connections 1,234"));
    CHECK(contains(text, "2.0 KiB"));
    CHECK(contains(text, "al\\x1Bice"));
    CHECK(!contains(text, "\x1B"));
  }

  TEST_CASE("trouble is shown above the last figures") {
    const auto lines = top_lines({figures(), {}, {}, "cannot connect"},
                                 {80, 24}, palette{false});
    CHECK(lines.front() == "cannot connect");
    CHECK(contains(lines.at(1), "thunderpush 2.0.0"));
  }

  TEST_CASE("before there are figures there are titles") {
    const auto text = join(top_lines({}, {200, 20}, palette{false}));
    CHECK(contains(text, "messages/write"));
    CHECK(contains(text, "rtt ms"));
  }
}

} // namespace thunderpush::ctl
