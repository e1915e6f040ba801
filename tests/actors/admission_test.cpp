#include "actors/admission.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

using refusal = admission::refusal;
using moment = rate_limit::clock::time_point;

struct entrance {
  explicit entrance(limit_settings limits = {}) { door.set(limits); }

  // None, or why it was not let in; keeps its place.
  std::optional<refusal> enter(const char* address) {
    auto verdict = door.enter(parse_ip_address(address));
    if (const auto* why = std::get_if<refusal>(&verdict))
      return *why;
    places.push_back(std::get<admission::place>(std::move(verdict)));
    return std::nullopt;
  }

  bool may_ask(const char* address, moment now) {
    return door.request(parse_ip_address(address), now)
           == rate_limit::duration::zero();
  }

  memory_budget memory;
  admission door{memory};
  std::vector<admission::place> places;
};

limit_settings with_connections(std::size_t of_all, std::size_t of_address) {
  limit_settings limits;
  limits.connections = of_all;
  limits.connections_per_address = of_address;
  return limits;
}

} // namespace

TEST_SUITE("admission") {
  TEST_CASE("without limits everybody comes in") {
    entrance here;
    for (int i = 0; i < 100; ++i)
      CHECK_FALSE(here.enter("192.0.2.1"));
    CHECK(here.door.connections() == 100);
  }

  TEST_CASE("as many come in as there is room for, and no more") {
    entrance here{with_connections(2, 0)};
    CHECK_FALSE(here.enter("192.0.2.1"));
    CHECK_FALSE(here.enter("192.0.2.2"));
    CHECK(here.enter("192.0.2.3") == refusal::connections);
    CHECK(here.door.connections() == 2);
  }

  TEST_CASE("a place that is given back is free for the next") {
    entrance here{with_connections(1, 1)};
    for (int i = 0; i < 3; ++i) {
      CHECK_FALSE(here.enter("192.0.2.1"));
      CHECK(here.enter("192.0.2.1") == refusal::connections);
      here.places.clear();
      CHECK(here.door.connections() == 0);
    }
  }

  TEST_CASE("a place that moves is given back once") {
    entrance here{with_connections(5, 0)};
    here.enter("192.0.2.1");
    here.enter("192.0.2.1");
    auto other = std::move(here.places.front());
    here.places.front() = std::move(here.places.back());
    CHECK(here.door.connections() == 2);
    here.places.clear();
    CHECK(here.door.connections() == 1);
    other = admission::place{};
    CHECK(here.door.connections() == 0);
  }

  TEST_CASE("each address has as many places as any other") {
    entrance here{with_connections(0, 2)};
    for (const char* one : {"192.0.2.1", "192.0.2.2", "2001:db8::1"}) {
      CAPTURE(one);
      CHECK_FALSE(here.enter(one));
      CHECK_FALSE(here.enter(one));
      CHECK(here.enter(one) == refusal::address);
    }
    CHECK(here.door.connections() == 6);
    here.places.pop_back();
    CHECK(here.enter("192.0.2.1") == refusal::address);
    CHECK_FALSE(here.enter("2001:db8::1"));
  }

  TEST_CASE("an IPv4 address is the same in its mapped form") {
    entrance here{with_connections(0, 1)};
    CHECK_FALSE(here.enter("192.0.2.1"));
    CHECK(here.enter("::ffff:192.0.2.1") == refusal::address);
  }

  TEST_CASE("IPv6 addresses of one network of 64 bits count together") {
    entrance here{with_connections(0, 1)};
    CHECK_FALSE(here.enter("2001:db8:0:1::1"));
    CHECK(here.enter("2001:db8:0:1:ffff::2") == refusal::address);
    CHECK_FALSE(here.enter("2001:db8:0:2::1"));
  }

  TEST_CASE("clients without an address are not counted by it") {
    entrance here{with_connections(0, 1)};
    CHECK_FALSE(here.enter(""));
    CHECK_FALSE(here.enter(""));
  }

  TEST_CASE("limits that change hold for whoever comes next") {
    entrance here;
    CHECK_FALSE(here.door.counts_clients());
    CHECK_FALSE(here.enter("192.0.2.1"));
    CHECK_FALSE(here.enter("192.0.2.1"));
    here.door.set(with_connections(3, 1));
    CHECK(here.door.counts_clients());
    CHECK_FALSE(here.enter("192.0.2.1")); // those before were not counted
    CHECK(here.enter("192.0.2.1") == refusal::connections);
    here.door.set(with_connections(0, 0));
    CHECK_FALSE(here.enter("192.0.2.1"));
    here.places.clear();
    CHECK(here.door.connections() == 0);
    here.door.set(with_connections(0, 1));
    CHECK_FALSE(here.enter("192.0.2.1"));
  }

  TEST_CASE("many threads together take as many places as there are") {
    entrance here{with_connections(0, 100)};
    std::vector<std::vector<admission::place>> taken(4);
    std::vector<std::thread> threads;
    for (auto& mine : taken)
      threads.emplace_back([&here, &mine] {
        for (int i = 0; i < 200; ++i) {
          auto verdict = here.door.enter(parse_ip_address("192.0.2.1"));
          if (auto* place = std::get_if<admission::place>(&verdict))
            mine.push_back(std::move(*place));
          if (i % 50 == 49 && !mine.empty())
            mine.pop_back();
        }
      });
    for (auto& each : threads)
      each.join();
    std::size_t sum = 0;
    for (const auto& each : taken)
      sum += each.size();
    CHECK(here.door.connections() == sum);
    CHECK(sum <= 100);
    taken.clear();
    CHECK(here.door.connections() == 0);
    CHECK_FALSE(here.enter("192.0.2.1"));
  }

  TEST_CASE("nobody comes in while memory is short") {
    const memory_use_ptr home{new memory_use};
    entrance here;
    here.memory.watch(*home);
    here.memory.set(100);
    home->add(101);
    CHECK(home->look());
    CHECK(here.enter("192.0.2.1") == refusal::memory);
    CHECK(here.door.short_of_memory());
    home->remove(1);
    CHECK_FALSE(home->look());
    CHECK_FALSE(here.enter("192.0.2.1"));
  }

  TEST_CASE("requests are counted by address") {
    entrance here;
    CHECK_FALSE(here.door.counts_requests());
    limit_settings limits;
    limits.request_rate_per_address = 2;
    here.door.set(limits);
    CHECK(here.door.counts_requests());
    for (const char* one : {"192.0.2.1", "192.0.2.2"}) {
      CHECK(here.may_ask(one, moment{1h}));
      CHECK(here.may_ask(one, moment{1h}));
      CHECK_FALSE(here.may_ask(one, moment{1h}));
      CHECK(here.may_ask(one, moment{1h} + 500ms));
    }
    for (int i = 0; i < 10; ++i)
      CHECK(here.may_ask("", moment{1h}));
  }

  TEST_CASE("an application has as many clients as it may, on all homes") {
    app_usage app;
    CHECK(app.join(2));
    CHECK(app.join(2));
    CHECK_FALSE(app.join(2));
    CHECK(app.connections() == 2);
    CHECK(app.join(0));
    app.leave();
    app.leave();
    CHECK(app.join(2));
    CHECK(app.connections() == 2);
  }

  TEST_CASE("what applications use stays where it is as more come") {
    entrance here;
    const auto before = here.door.usage_of(2);
    const auto after = here.door.usage_of(50);
    REQUIRE(after.size() == 50);
    CHECK(before[0] == after[0]);
    CHECK(before[1] == after[1]);
    CHECK(here.door.usage_of(1).size() == 50);
  }

  TEST_CASE("addresses that ask no more are forgotten") {
    address_table<rate_limit> table;
    const auto ask = [&table](int number, moment now) {
      const auto who = *parse_ip_address("192.0." + std::to_string(number / 200)
                                         + "." + std::to_string(number % 200));
      table.tidy(who,
                 [now](const rate_limit& each) { return each.is_fresh(now); });
      table.with(who, [now](rate_limit& each) { return each.take(now, 1); });
    };
    for (int i = 0; i < 10'000; ++i)
      ask(i, moment{1h} + i * 1s);
    CHECK(table.size() <= std::size_t{16} * 65);
    for (int i = 0; i < 10'000; ++i)
      ask(i, moment{20h});
    CHECK(table.size() == 10'000);
  }
}
