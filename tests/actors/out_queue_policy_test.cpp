#include "actors/out_queue.hpp"
#include "tests/support/line_framing.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <random>
#include <string>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

const line_framing lines_framing;

// Each frame is a word and its newline: four bytes.
struct policy_fixture {
  using time = frame::clock::time_point;

  void push(std::string text, slow_policy slow, frame::topic_serial topic = 1,
            time born = time{1h}) {
    queue.push(frame_ptr{
      new frame{std::make_shared<const publication>(publication{
                  std::move(text), time{}, delivery_options{slow, false}}),
                born, topic}});
  }

  void must(std::string text, time born = time{1h}) {
    push(std::move(text), slow_policy::disconnect, 1, born);
  }
  void may_go(std::string text, time born = time{1h}) {
    push(std::move(text), slow_policy::drop_oldest, 1, born);
  }
  void latest(std::string text, frame::topic_serial topic,
              time born = time{1h}) {
    push(std::move(text), slow_policy::latest, topic, born);
  }

  std::string left() const {
    std::string all;
    for (const auto& each : queue.frames())
      all += each->bytes(queue.frames_as());
    CHECK(queue.bytes() == all.size() - queue.offset());
    for (auto& c : all)
      c = c == '\n' ? ' ' : c;
    return all.substr(queue.offset());
  }

  out_queue queue{lines_framing};
};

} // namespace

TEST_SUITE("out queue that drops") {
  TEST_CASE_FIXTURE(policy_fixture, "the oldest go until the rest fits") {
    for (const auto* each : {"one", "two", "thr", "fou"})
      may_go(each);
    const auto gone = queue.drop_oldest(8);
    CHECK(left() == "thr fou ");
    CHECK(gone.oldest == 2);
    CHECK(gone.latest == 0);
  }

  TEST_CASE_FIXTURE(policy_fixture, "nothing goes where all fits") {
    may_go("one");
    may_go("two");
    CHECK(queue.drop_oldest(8).all() == 0);
    CHECK(left() == "one two ");
  }

  TEST_CASE_FIXTURE(policy_fixture, "what must arrive stays, in its order") {
    must("ONE");
    may_go("two");
    must("THR");
    may_go("fou");
    may_go("fiv");
    CHECK(queue.drop_oldest(12).oldest == 2);
    CHECK(left() == "ONE THR fiv ");
    CHECK(queue.drop_oldest(0).oldest == 1);
    CHECK(left() == "ONE THR ");
    CHECK(queue.drop_oldest(0).all() == 0);
    CHECK(left() == "ONE THR ");
  }

  TEST_CASE_FIXTURE(policy_fixture, "a frame that was begun is completed") {
    may_go("one");
    may_go("two");
    may_go("thr");
    queue.written(2);
    CHECK(queue.drop_oldest(6).oldest == 1);
    CHECK(left() == "e thr ");
    CHECK(queue.offset() == 2);
    CHECK(queue.drop_oldest(0).oldest == 1);
    CHECK(left() == "e ");
    queue.written(2);
    CHECK(queue.empty());
    CHECK(queue.offset() == 0);
  }

  TEST_CASE_FIXTURE(policy_fixture, "a queue may lose all it has") {
    may_go("one");
    may_go("two");
    CHECK(queue.drop_oldest(0).oldest == 2);
    CHECK(queue.empty());
    CHECK(queue.bytes() == 0);
    may_go("thr");
    CHECK(left() == "thr ");
  }

  TEST_CASE_FIXTURE(policy_fixture,
                    "ready bytes and messages for a user are never dropped") {
    queue.push(frame_ptr{new frame{std::string{"png\n"}, time{1h}}});
    push("usr", slow_policy::drop_oldest, 0);
    may_go("one");
    CHECK(queue.drop_oldest(0).all() == 1);
    CHECK(left() == "png usr ");
  }

  TEST_CASE_FIXTURE(policy_fixture, "of a topic the waiting ones go") {
    latest("a-1", 7);
    latest("b-1", 8);
    latest("a-2", 7);
    must("THR");
    const auto gone = queue.drop_topic(7);
    CHECK(gone.latest == 2);
    CHECK(gone.oldest == 0);
    CHECK(left() == "b-1 THR ");
  }

  TEST_CASE_FIXTURE(policy_fixture,
                    "of a topic the one that was begun is completed") {
    latest("a-1", 7);
    latest("a-2", 7);
    queue.written(1);
    CHECK(queue.drop_topic(7).latest == 1);
    CHECK(left() == "-1 ");
    CHECK(queue.offset() == 1);
  }

  TEST_CASE_FIXTURE(policy_fixture,
                    "of a topic the ones that came under another policy stay") {
    push("old", slow_policy::disconnect, 7);
    latest("new", 7);
    CHECK(queue.drop_topic(7).latest == 1);
    CHECK(left() == "old ");
  }

  TEST_CASE_FIXTURE(policy_fixture,
                    "the latest messages go as the oldest where bytes count") {
    latest("a-1", 7);
    may_go("two");
    latest("b-1", 8);
    const auto gone = queue.drop_oldest(4);
    CHECK(gone.latest == 1);
    CHECK(gone.oldest == 1);
    CHECK(left() == "b-1 ");
  }

  TEST_CASE_FIXTURE(policy_fixture,
                    "by age the oldest go, but not the latest") {
    latest("lat", 7, time{1h});
    may_go("one", time{1h});
    may_go("two", time{2h});
    may_go("thr", time{3h});
    CHECK(queue.drop_older(time{3h}).oldest == 2);
    CHECK(left() == "lat thr ");
  }

  TEST_CASE_FIXTURE(policy_fixture,
                    "only what must arrive makes a client late") {
    CHECK_FALSE(queue.owes_since(time{9h}));
    may_go("one", time{1h});
    latest("two", 7, time{1h});
    queue.written(1);
    CHECK_FALSE(queue.owes_since(time{9h}));
    must("THR", time{3h});
    CHECK(queue.owes_since(time{3h + 1s}));
    CHECK_FALSE(queue.owes_since(time{3h}));
  }

  // Against a list of words that does the same by hand.
  TEST_CASE_FIXTURE(policy_fixture,
                    "whatever happens, bytes and order are right") {
    std::mt19937 random{7};
    const auto chance = [&random](unsigned of) { return random() % of; };
    std::string expected;
    for (int i = 0; i < 20'000; ++i) {
      const auto what = chance(10);
      const auto text = std::to_string(100 + i % 900);
      if (what < 4) {
        may_go(text);
        expected += text + ' ';
      } else if (what < 6) {
        must('M' + text.substr(1));
        expected += 'M' + text.substr(1) + ' ';
      } else if (what < 9) {
        const auto bytes = chance(9);
        const auto taken = std::min<std::size_t>(bytes, queue.bytes());
        queue.written(taken);
        expected.erase(0, taken);
      } else {
        const auto limit = chance(200);
        queue.drop_oldest(limit);
        const auto begun = expected.size() % 4;
        for (auto at = begun; at < expected.size() && expected.size() > limit;)
          if (expected[at] == 'M')
            at += 4;
          else
            expected.erase(at, 4);
      }
      REQUIRE(left() == expected);
    }
  }
}
