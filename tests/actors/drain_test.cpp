#include "tests/support/deterministic_node.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

std::ptrdiff_t closed(const std::vector<test_client>& all) {
  return std::count_if(all.begin(), all.end(), [](const test_client& each) {
    return each.closed_with() == close_reasons::shutting_down;
  });
}

} // namespace

TEST_SUITE("drain") {
  TEST_CASE_FIXTURE(deterministic_node,
                    "clients are closed with 3001 spread over the window") {
    std::vector<test_client> all;
    for (int i = 0; i < 100; ++i) {
      all.push_back(client("u" + std::to_string(i)));
      all.back().says("SUBSCRIBE news");
    }
    int drained = 0;
    node().drain(1s, [&drained] { ++drained; });
    run();
    std::ptrdiff_t before = 0;
    while (closed(all) < 100) {
      // 50 on each home in 10 steps: none takes more than its share.
      CHECK(closed(all) - before <= 12);
      before = closed(all);
      CHECK(drained == 0);
      advance(100ms);
      REQUIRE(closed(all) > before);
    }
    CHECK(before > 80);
    advance(200ms);
    CHECK(drained == 2);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node, "a window of nothing closes at once") {
    std::vector<test_client> all;
    for (int i = 0; i < 10; ++i)
      all.push_back(client("alice"));
    node().drain(0s, [] {});
    run();
    CHECK(closed(all) == 10);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "clients may go while they wait to be closed") {
    std::vector<test_client> all;
    for (int i = 0; i < 20; ++i)
      all.push_back(client("alice"));
    node().drain(1s, [] {});
    run();
    for (const auto& each : all)
      each.leaves();
    advance(2s);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node, "a node without clients is drained") {
    int drained = 0;
    node().drain(10s, [&drained] { ++drained; });
    run();
    CHECK(drained == 2);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "publications go on while clients are closed") {
    std::vector<test_client> all;
    for (int i = 0; i < 20; ++i) {
      all.push_back(client("u" + std::to_string(i)));
      all.back().says("SUBSCRIBE news");
    }
    node().drain(1s, [] {});
    advance(500ms);
    const auto left = 20 - closed(all);
    CHECK(left > 0);
    CHECK(publish("news", "hi") == static_cast<std::size_t>(left));
  }
}
