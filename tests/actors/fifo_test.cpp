#include "actors/fifo.hpp"

#include <doctest/doctest.h>

#include <memory>

namespace thunderpush {

TEST_SUITE("fifo") {
  TEST_CASE("what comes first goes first, however they mix") {
    fifo<int> queue;
    int in = 0;
    int out = 0;
    for (int round = 1; round < 50; ++round) {
      for (int i = 0; i < round; ++i)
        queue.push(in++);
      for (int i = 0; i < round - 1; ++i)
        REQUIRE(queue.pop() == out++);
    }
    CHECK(queue.size() == 49);
    while (!queue.empty()) {
      CHECK(queue.front() == out);
      REQUIRE(queue.pop() == out++);
    }
    CHECK(out == in);
  }

  TEST_CASE("what was taken out is kept by nobody else") {
    fifo<std::shared_ptr<int>> queue;
    const auto one = std::make_shared<int>(1);
    for (int i = 0; i < 5; ++i)
      queue.push(one);
    queue.pop();
    queue.pop();
    CHECK(one.use_count() == 4);
    while (!queue.empty())
      queue.pop();
    CHECK(one.use_count() == 1);
  }
}

} // namespace thunderpush
