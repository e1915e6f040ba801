#include "tests/support/deterministic_node.hpp"

#include <cstddef>
#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using lines = deterministic_node::lines;

namespace {

struct one_home : deterministic_node {
  one_home() : deterministic_node({}, 1) {}

  // So many subscribers, all on one home.
  std::vector<test_client> crowd(std::size_t size) {
    std::vector<test_client> made;
    for (std::size_t i = 0; i < size; ++i) {
      made.push_back(client("u" + std::to_string(i)));
      made.back().says("SUBSCRIBE news");
    }
    return made;
  }

  static std::size_t served(const std::vector<test_client>& all) {
    return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const test_client& each) {
        return !each.received().empty();
      }));
  }
};

} // namespace

TEST_SUITE("home") {
  TEST_CASE_FIXTURE(one_home,
                    "requests are handled between slices of a large fan-out") {
    const auto all = crowd(100);
    // The reactor is looked at and an actor answers after each slice.
    std::vector<std::size_t> served_at_event;
    std::vector<std::size_t> served_at_answer;
    auto& here = node().at(0);
    for (const auto& each : all)
      each.upon_flush([&, this] {
        const auto before = served(all);
        if (before % home::flush_slice != 0)
          return;
        here.post([&] { served_at_event.push_back(served(all)); });
        starts_finding("u0");
        requester().upon_reply(
          [&] { served_at_answer.push_back(served(all)); });
      });
    starts_publishing("news", "hi");
    run();
    CHECK(served(all) == 100);
    CHECK(served_at_answer == std::vector<std::size_t>{32, 64, 96, 100});
    CHECK(served_at_event == std::vector<std::size_t>{32, 64, 96, 100});
  }

  TEST_CASE_FIXTURE(one_home, "what comes before a turn leaves in one write") {
    const auto all = crowd(40);
    const auto before = all[0].flushes();
    for (int i = 0; i < 10; ++i)
      starts_publishing("news", std::to_string(i));
    run();
    for (const auto& each : all) {
      CHECK(each.received().size() == 10);
      CHECK(each.flushes() == before + 1);
    }
  }

  TEST_CASE_FIXTURE(one_home,
                    "a client with much to write lets the others have a turn") {
    const auto greedy = client("greedy");
    const auto modest = client("modest");
    greedy.says("SUBSCRIBE much:little");
    modest.says("SUBSCRIBE little");
    greedy.takes_at_once(1);
    std::size_t greedy_had = 0;
    modest.upon_flush([&] { greedy_had = greedy.received().size(); });
    for (int i = 0; i < 10; ++i)
      starts_publishing("much", std::to_string(i));
    starts_publishing("little", "hi");
    run();
    CHECK(greedy_had == 1);
    CHECK(greedy.received().size() == 11);
    CHECK(modest.received() == lines{"hi"});
  }

  TEST_CASE_FIXTURE(deterministic_node, "time is the start of the turn") {
    auto& here = node().at(0);
    const auto before = here.now();
    CHECK(before == here.born());
    advance(250ms);
    CHECK(here.now() == before + 250ms);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "the end of a node ends whatever is under way") {
    std::vector<test_client> all;
    for (int i = 0; i < 20; ++i) {
      all.push_back(client("u" + std::to_string(i % 7)));
      all.back().sends("SUBSCRIBE a:b:c");
      starts_publishing("a", "hi");
      starts_disconnecting("u" + std::to_string(i % 5));
    }
    const auto late = visitor_on(1);
    late.sends("CONNECT " + name_on(0, "late") + ":key");
    node().stop();
    for (const auto& each : all)
      CHECK(each.gone());
    CHECK(late.gone());
    CHECK(node().at(0).actors().size() == 0);
    CHECK(node().at(1).actors().size() == 0);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "an actor that is made as the home closes ends as well") {
    // The session's home is told to close before it learns of the client.
    const auto user = name_on(1, "alice");
    const auto alice = visitor_on(0);
    alice.sends("CONNECT " + user + ":key");
    node().at(0).poll();
    node().stop();
    CHECK(node().at(1).actors().size() == 0);
    CHECK(alice.gone());
  }

  TEST_CASE("threads run a node from start to stop") {
    thunderpush::node threaded{{.apps = applications{{{"main", "key"}}}}, 3};
    threaded.start();
    threaded.drain(1s, [] {});
    threaded.stop();
    for (std::size_t i = 0; i < threaded.size(); ++i)
      CHECK(threaded.at(i).actors().size() == 0);
  }
}
