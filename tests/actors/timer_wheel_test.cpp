#include "actors/timer_wheel.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

using names = std::vector<std::string>;

// A wheel, its time, and the names of the timers that expired.
struct wheel_fixture {
  using clock = timer_wheel::clock;

  void advance(clock::duration by) {
    now += by;
    wheel.advance(now);
  }

  clock::time_point now{1h};
  timer_wheel wheel{now};
  names expired;
};

class named_timer final : public timer {
public:
  named_timer(wheel_fixture& where, std::string name)
    : where_(where), name_(std::move(name)) {}

  void starts(timer_wheel::clock::duration delay) {
    where_.wheel.start(*this, delay);
  }

  std::function<void()> then;

private:
  void expired() override {
    where_.expired.push_back(name_);
    if (then)
      then();
  }

  wheel_fixture& where_;
  std::string name_;
};

} // namespace

TEST_SUITE("timer wheel") {
  TEST_CASE_FIXTURE(wheel_fixture, "a timer expires once, when it is due") {
    named_timer a{*this, "a"};
    CHECK_FALSE(a.pending());
    a.starts(1s);
    CHECK(a.pending());
    advance(999ms);
    CHECK(expired.empty());
    advance(1ms);
    CHECK(expired == names{"a"});
    CHECK_FALSE(a.pending());
    advance(1h);
    CHECK(expired == names{"a"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "those that run are counted") {
    const auto before = timer_wheel::running();
    const auto running = [before] { return timer_wheel::running() - before; };
    named_timer near{*this, "near"};
    named_timer far{*this, "far"};
    near.starts(100ms);
    far.starts(10min);
    CHECK(running() == 2);
    far.starts(5min);
    CHECK(running() == 2);
    advance(2min); // the far one's slot comes round more than once
    CHECK(expired == names{"near"});
    CHECK(running() == 1);
    far.cancel();
    far.cancel();
    CHECK(running() == 0);
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a delay is rounded up to whole ticks") {
    named_timer a{*this, "a"};
    named_timer b{*this, "b"};
    a.starts(101ms);
    b.starts(200ms);
    advance(100ms);
    CHECK(expired.empty());
    advance(100ms);
    CHECK(expired == names{"a", "b"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "no delay is a tick") {
    for (const auto delay : {0ms, -5000ms, 1ms}) {
      named_timer a{*this, "a"};
      a.starts(delay);
      advance(0ms);
      CHECK(a.pending());
      advance(100ms);
      CHECK_FALSE(a.pending());
    }
    CHECK(expired.size() == 3);
  }

  TEST_CASE_FIXTURE(wheel_fixture, "timers expire in order of their ticks") {
    named_timer a{*this, "a"};
    named_timer b{*this, "b"};
    named_timer c{*this, "c"};
    c.starts(3s);
    a.starts(1s);
    b.starts(2s);
    advance(10s);
    CHECK(expired == names{"a", "b", "c"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a cancelled timer does not expire") {
    named_timer a{*this, "a"};
    named_timer b{*this, "b"};
    a.cancel();
    a.starts(1s);
    b.starts(1s);
    a.cancel();
    CHECK_FALSE(a.pending());
    a.cancel();
    advance(2s);
    CHECK(expired == names{"b"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a timer started again counts anew") {
    named_timer a{*this, "a"};
    a.starts(1s);
    advance(900ms);
    a.starts(1s);
    advance(900ms);
    CHECK(expired.empty());
    advance(100ms);
    CHECK(expired == names{"a"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a destroyed timer does not expire") {
    auto a = std::make_unique<named_timer>(*this, "a");
    named_timer b{*this, "b"};
    a->starts(1s);
    b.starts(1s);
    a.reset();
    advance(2s);
    CHECK(expired == names{"b"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "delays go beyond a turn of the wheel") {
    // A turn is 51.2 s.
    named_timer a{*this, "a"};
    named_timer b{*this, "b"};
    named_timer c{*this, "c"};
    a.starts(51'200ms);
    b.starts(51'300ms);
    c.starts(24h);
    advance(51'100ms);
    CHECK(expired.empty());
    advance(100ms);
    CHECK(expired == names{"a"});
    advance(100ms);
    CHECK(expired == names{"a", "b"});
    advance(24h - 51'400ms);
    CHECK(c.pending());
    advance(100ms);
    CHECK(expired == names{"a", "b", "c"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a jump of the clock fires all it passed") {
    std::vector<std::unique_ptr<named_timer>> all;
    for (int i = 1; i <= 1000; ++i) {
      all.push_back(std::make_unique<named_timer>(*this, std::to_string(i)));
      all.back()->starts(i * 100ms);
    }
    advance(60s);
    CHECK(expired.size() == 600);
    CHECK(expired.front() == "1");
    CHECK(expired.back() == "600");
    advance(48h);
    CHECK(expired.size() == 1000);
    CHECK(expired.back() == "1000");
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a clock that goes back fires nothing") {
    named_timer a{*this, "a"};
    a.starts(1s);
    wheel.advance(now - 30min);
    CHECK(a.pending());
    advance(1s);
    CHECK(expired == names{"a"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a handler may start its own timer again") {
    named_timer a{*this, "a"};
    a.then = [&a] { a.starts(1s); };
    a.starts(1s);
    for (int i = 0; i < 5; ++i)
      advance(1s);
    CHECK(expired.size() == 5);
    // Time that was missed is not made up for.
    advance(5s);
    CHECK(expired.size() == 6);
  }

  TEST_CASE_FIXTURE(wheel_fixture,
                    "a handler that starts its timer at once does not loop") {
    named_timer a{*this, "a"};
    a.then = [&a] { a.starts(0s); };
    a.starts(0s);
    for (int i = 0; i < 10; ++i)
      advance(100ms);
    CHECK(expired.size() == 10);
  }

  TEST_CASE_FIXTURE(wheel_fixture,
                    "a handler may cancel, start and destroy its neighbours") {
    named_timer a{*this, "a"};
    named_timer b{*this, "b"};
    auto c = std::make_unique<named_timer>(*this, "c");
    named_timer d{*this, "d"};
    named_timer e{*this, "e"};
    for (auto* each : {&a, &b, c.get(), &d, &e})
      each->starts(1s);
    a.then = [&] {
      b.cancel();
      c.reset();
      d.starts(2s);
    };
    advance(1s);
    CHECK(expired == names{"a", "e"});
    advance(2s);
    CHECK(expired == names{"a", "e", "d"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a handler may destroy its own timer") {
    auto a = std::make_unique<named_timer>(*this, "a");
    named_timer b{*this, "b"};
    a->starts(1s);
    b.starts(1s);
    b.then = [&a] { a.reset(); };
    a->then = [] {};
    advance(1s);
    CHECK(expired == names{"a", "b"});

    struct suicidal final : timer {
      std::unique_ptr<suicidal> self;
      void expired() override { self.reset(); }
    };
    auto last = std::make_unique<suicidal>();
    auto& raw = *last;
    wheel.start(raw, 1s);
    raw.self = std::move(last);
    advance(1s);
  }

  TEST_CASE_FIXTURE(wheel_fixture,
                    "timers due with one that throws fire at the next tick") {
    named_timer a{*this, "a"};
    named_timer b{*this, "b"};
    named_timer c{*this, "c"};
    a.then = [] { throw std::runtime_error{"as the test wants it"}; };
    a.starts(1s);
    b.starts(1s);
    c.starts(2s);
    CHECK_THROWS(advance(1s));
    CHECK(expired == names{"a"});
    advance(100ms);
    CHECK(expired == names{"a", "b"});
    advance(900ms);
    CHECK(expired == names{"a", "b", "c"});
  }

  TEST_CASE_FIXTURE(wheel_fixture,
                    "a delay counts from the time that was told, not from the "
                    "last tick") {
    named_timer a{*this, "a"};
    now += 1500ms; // the thread was held up, and no tick fired
    wheel.tell_time(now);
    a.starts(1s);
    advance(0ms);
    CHECK(expired.empty());
    advance(900ms);
    CHECK(expired.empty());
    advance(100ms);
    CHECK(expired == names{"a"});
  }

  TEST_CASE_FIXTURE(wheel_fixture, "a timer between two ticks is never early") {
    named_timer a{*this, "a"};
    advance(150ms);
    a.starts(100ms);
    advance(90ms);
    CHECK(expired.empty());
    advance(60ms);
    CHECK(expired == names{"a"});
  }

  TEST_CASE("a wheel that goes lets its timers go") {
    wheel_fixture other;
    named_timer a{other, "a"};
    {
      timer_wheel wheel{other.now};
      wheel.start(a, 1s);
      CHECK(a.pending());
    }
    CHECK_FALSE(a.pending());
  }
}
