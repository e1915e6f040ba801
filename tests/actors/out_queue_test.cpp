#include "actors/out_queue.hpp"

#include "tests/support/line_framing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

const line_framing lines_framing;

struct queue_fixture {
  using time = frame::clock::time_point;

  void push(std::string text, time born = time{1h}) {
    queue.push(frame_ptr{new frame{
      std::make_shared<const publication>(publication{std::move(text)}),
      born}});
  }

  // Everything that is still to be written.
  std::string left() const {
    std::string all;
    for (const auto& each : queue.frames())
      all += each->bytes(queue.frames_as());
    return all.substr(queue.offset());
  }

  out_queue queue{lines_framing};
};

// Counts how often a publication is encoded.
class counting_framing final : public framing {
public:
  explicit counting_framing(std::size_t kind) : framing(kind) {}

  std::string encode(std::string_view element) const override {
    ++calls;
    return std::string{element} + std::to_string(kind());
  }

  mutable int calls = 0;
};

} // namespace

TEST_SUITE("out queue") {
  TEST_CASE_FIXTURE(queue_fixture, "frames leave in the order they came") {
    CHECK(queue.empty());
    CHECK(queue.bytes() == 0);
    push("one");
    push("two");
    CHECK(queue.bytes() == 8);
    CHECK(left() == "one\ntwo\n");
    queue.written(8);
    CHECK(queue.empty());
    CHECK(queue.bytes() == 0);
    CHECK(queue.frames().empty());
    CHECK(queue.offset() == 0);
  }

  TEST_CASE_FIXTURE(queue_fixture, "any part may be written at a time") {
    const std::string all = "one\ntwo\nthree\n";
    for (std::size_t step = 1; step <= all.size(); ++step) {
      CAPTURE(step);
      for (const auto* each : {"one", "two", "three"})
        push(each);
      for (std::size_t done = 0; done < all.size(); done += step) {
        CHECK(left() == all.substr(done));
        CHECK(queue.bytes() == all.size() - done);
        queue.written(std::min(step, all.size() - done));
      }
      CHECK(queue.empty());
    }
  }

  TEST_CASE_FIXTURE(queue_fixture, "writing nothing changes nothing") {
    push("one");
    queue.written(0);
    CHECK(left() == "one\n");
  }

  TEST_CASE_FIXTURE(queue_fixture, "dropping leaves a frame that was begun") {
    push("one");
    push("two");
    push("three");
    SUBCASE("in the middle of the first") {
      queue.written(1);
      queue.drop_waiting();
      CHECK(left() == "ne\n");
      CHECK(queue.bytes() == 3);
    }
    SUBCASE("in the middle of the second") {
      queue.written(6);
      queue.drop_waiting();
      CHECK(left() == "o\n");
      CHECK(queue.bytes() == 2);
    }
    SUBCASE("but not between two frames") {
      queue.written(4);
      queue.drop_waiting();
      CHECK(queue.empty());
      CHECK(queue.bytes() == 0);
    }
    SUBCASE("but not before the first") {
      queue.drop_waiting();
      CHECK(queue.empty());
      CHECK(queue.bytes() == 0);
    }
    push("last");
    CHECK(left().ends_with("last\n"));
    queue.written(left().size());
    CHECK(queue.empty());
    queue.drop_waiting();
    CHECK(queue.empty());
  }

  TEST_CASE_FIXTURE(queue_fixture, "the oldest is the first that waits") {
    push("one", time{1h});
    push("two", time{2h});
    CHECK(queue.oldest() == time{1h});
    queue.written(1);
    CHECK(queue.oldest() == time{1h});
    queue.written(3);
    CHECK(queue.oldest() == time{2h});
  }

  TEST_CASE_FIXTURE(queue_fixture, "a frame goes as soon as it is written") {
    const frame_ptr kept{new frame{std::string{"one\n"}, time{1h}}};
    queue.push(kept);
    push("two");
    CHECK(kept->use_count() == 2);
    queue.written(4);
    CHECK(kept->use_count() == 1);
  }

  TEST_CASE_FIXTURE(queue_fixture,
                    "an empty queue owns no room after a burst") {
    for (int i = 0; i < 1000; ++i)
      push("x");
    CHECK(queue.heap() >= 1000 * sizeof(frame_ptr));
    queue.written(2000);
    CHECK(queue.heap() == 0);
    for (int i = 0; i < 1000; ++i)
      push("x");
    queue.drop_waiting();
    CHECK(queue.heap() == 0);
  }

  TEST_CASE_FIXTURE(queue_fixture, "one frame at a time takes no room") {
    for (int i = 0; i < 3; ++i) {
      push("x");
      CHECK(queue.heap() == 0);
      queue.written(2);
    }
  }

  TEST_CASE_FIXTURE(queue_fixture, "a queue that never empties does not grow") {
    for (int i = 0; i < 10; ++i)
      push("x");
    for (int i = 0; i < 10'000; ++i) {
      push("x");
      queue.written(i % 2 == 0 ? 1 : 3); // in part, mostly
    }
    CHECK(queue.bytes() == 20);
    CHECK(queue.heap() <= 64 * sizeof(frame_ptr));
    CHECK(left() == "x\nx\nx\nx\nx\nx\nx\nx\nx\nx\n");
  }
}

TEST_SUITE("frame") {
  TEST_CASE("a publication is encoded once for each kind of framing") {
    const counting_framing one{1};
    const counting_framing last{framing::max_kinds - 1};
    const frame shared{std::make_shared<const publication>(publication{"hi"}),
                       {}};
    CHECK(one.calls == 0);
    for (int i = 0; i < 3; ++i) {
      CHECK(shared.bytes(one) == "hi1");
      CHECK(shared.bytes(last) == "hi7");
    }
    CHECK(one.calls == 1);
    CHECK(last.calls == 1);
    CHECK(&shared.bytes(one) == &shared.bytes(one));
    CHECK(shared.element() == "hi");
  }

  TEST_CASE("ready bytes are left as they are") {
    const counting_framing one{1};
    const frame ready{std::string{"ping"}, {}};
    CHECK(ready.bytes(one) == "ping");
    CHECK(one.calls == 0);
    CHECK(ready.element().empty());
  }
}
