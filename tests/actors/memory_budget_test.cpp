#include "actors/memory_budget.hpp"

#include "actors/frame.hpp"
#include "tests/support/line_framing.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

using namespace thunderpush;

namespace {

constexpr auto step = memory_use::step;

struct two_homes {
  two_homes() {
    budget.watch(*first);
    budget.watch(*second);
  }

  memory_budget budget;
  const memory_use_ptr first{new memory_use};
  const memory_use_ptr second{new memory_use};
};

} // namespace

TEST_SUITE("memory budget") {
  TEST_CASE_FIXTURE(two_homes, "what all homes use counts") {
    budget.set(100);
    first->add(60);
    second->add(40);
    CHECK(budget.used() == 100);
    CHECK_FALSE(second->look());
    second->add(1);
    CHECK_FALSE(budget.exceeded()); // nobody has looked
    CHECK(first->look());
    CHECK(budget.exceeded());
    first->remove(60);
    CHECK_FALSE(second->look());
    CHECK_FALSE(budget.exceeded());
  }

  TEST_CASE_FIXTURE(two_homes, "a budget of 0 is no limit") {
    first->add(1 << 30);
    CHECK_FALSE(first->look());
    CHECK_FALSE(budget.exceeded());
  }

  TEST_CASE_FIXTURE(two_homes,
                    "the home that holds more than its share is to shed") {
    budget.set(1600);
    first->add(1400);
    second->add(300);
    CHECK(first->must_shed());
    CHECK_FALSE(second->must_shed());
    first->remove(200);
    CHECK_FALSE(first->must_shed()); // 1500 are used, a 16th is free
  }

  TEST_CASE("a home without a budget has no limit") {
    const memory_use_ptr home{new memory_use};
    home->add(1 << 30);
    CHECK_FALSE(home->look());
    CHECK_FALSE(home->must_shed());
  }

  TEST_CASE("growth is noticed by the step") {
    const memory_use_ptr home{new memory_use};
    home->add(step - 1);
    CHECK_FALSE(home->has_grown());
    home->add(1);
    CHECK(home->has_grown());
    home->look();
    CHECK_FALSE(home->has_grown());
    home->remove(step);
    home->look();
    home->add(step);
    CHECK(home->has_grown());
  }

  TEST_CASE("a share counts in steps and gives back all of it") {
    const memory_use_ptr home{new memory_use};
    {
      memory_share share{*home};
      share.set(step - 1);
      CHECK(home->bytes() == 0);
      share.set(2 * step + 17);
      CHECK(home->bytes() == 2 * step);
      auto moved = std::move(share);
      moved.set(step);
      CHECK(home->bytes() == step);
    }
    CHECK(home->bytes() == 0);
  }

  TEST_CASE_FIXTURE(two_homes, "a share that grows looks at the budget") {
    budget.set(step);
    memory_share share{*first};
    share.set(step);
    CHECK_FALSE(budget.exceeded());
    share.set(2 * step);
    CHECK(budget.exceeded());
  }

  TEST_CASE("a frame counts what it holds, and each variant once") {
    const line_framing lines;
    const memory_use_ptr home{new memory_use};
    const auto what = std::make_shared<const publication>(
      publication{std::string(1000, 'x')});
    {
      const frame_ptr one{
        new frame{what, frame::clock::time_point{}, 0, home.get()}};
      const auto before = home->bytes();
      CHECK(before == sizeof(frame) + 1000);
      one->bytes(lines);
      CHECK(home->bytes() == before + 1001);
      one->bytes(lines);
      CHECK(home->bytes() == before + 1001);
      const frame_ptr ready{new frame{std::string(50, 'y'),
                                      frame::clock::time_point{}, home.get()}};
      CHECK(home->bytes() == before + 1001 + sizeof(frame) + 50);
    }
    CHECK(home->bytes() == 0);
  }

  TEST_CASE("a frame may outlive its home") {
    memory_use_ptr home{new memory_use};
    const frame_ptr last{
      new frame{"bytes", frame::clock::time_point{}, home.get()}};
    home.reset();
    CHECK(last->bytes(line_framing{}) == "bytes");
  }
}
