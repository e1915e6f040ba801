#include "actors/departures.hpp"

#include "tests/support/deterministic_node.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

using numbers = std::vector<std::uint64_t>;

// Who went so many seconds after the epoch, and nothing else of interest.
departure gone_at(std::uint64_t id, std::chrono::seconds since = 0s,
                  close_reason why = close_reasons::peer_gone) {
  departure made;
  made.id = id;
  made.when = std::chrono::system_clock::time_point{since};
  made.reason = why;
  return made;
}

numbers ids_of(const std::vector<departure>& all) {
  numbers ids;
  for (const auto& each : all)
    ids.push_back(each.id);
  return ids;
}

numbers all_ids(const departures& of) {
  return ids_of(of.list({}, std::nullopt, 1000));
}

struct parting_node : deterministic_node {
  parting_node() : deterministic_node({}, 1) {}

  std::vector<departure> gone(const departure_filter& which = {}) {
    const auto reply = requester().next();
    node().shared().inspectors[0].tell(
      list_departures{which, std::nullopt, 100, reply});
    run();
    return answer<departures_listed>(reply.ticket).clients;
  }
};

} // namespace

TEST_SUITE("departures") {
  TEST_CASE("the newest comes first") {
    departures all;
    for (std::uint64_t i = 1; i <= 4; ++i)
      all.add(gone_at(i, std::chrono::seconds{i}));
    CHECK(all_ids(all) == numbers{4, 3, 2, 1});
  }

  TEST_CASE("the oldest are forgotten once there is no room") {
    departures all;
    all.keep(3);
    for (std::uint64_t i = 1; i <= 3; ++i)
      all.add(gone_at(i, std::chrono::seconds{i}));
    CHECK(all_ids(all) == numbers{3, 2, 1});
    for (std::uint64_t i = 4; i <= 8; ++i) {
      all.add(gone_at(i, std::chrono::seconds{i}));
      CHECK(all_ids(all) == numbers{i, i - 1, i - 2});
    }
  }

  TEST_CASE("without room they are only counted") {
    departures all;
    all.keep(0);
    all.add(gone_at(1));
    CHECK(all_ids(all).empty());
    CHECK(all.by_code() == departures::counts{{0, 1}});
  }

  TEST_CASE("they are counted by code, also those that are forgotten") {
    departures all;
    all.keep(2);
    for (int i = 0; i < 5; ++i)
      all.add(gone_at(1, 0s, close_reasons::slow_consumer));
    all.add(gone_at(2));
    all.add(gone_at(3, 0s, close_reasons::go_away));
    CHECK(all.by_code() == departures::counts{{3008, 5}, {0, 1}, {3000, 1}});
  }

  TEST_CASE("a list has no more than was asked for") {
    departures all;
    for (std::uint64_t i = 1; i <= 5; ++i)
      all.add(gone_at(i, std::chrono::seconds{i}));
    CHECK(ids_of(all.list({}, std::nullopt, 2)) == numbers{5, 4});
    CHECK(ids_of(all.list({}, std::nullopt, 0)).empty());
  }

  TEST_CASE("a list goes on behind a place") {
    departures all;
    all.keep(4);
    for (std::uint64_t i = 1; i <= 6; ++i)
      all.add(gone_at(i, std::chrono::seconds{i}));
    const auto place = rank_of(gone_at(5, 5s));
    CHECK(ids_of(all.list({}, place, 10)) == numbers{4, 3});
    CHECK(ids_of(all.list({}, place, 1)) == numbers{4});
    // The one at the place itself may be forgotten meanwhile.
    CHECK(ids_of(all.list({}, rank_of(gone_at(99, 4s)), 10)) == numbers{3});
    CHECK(ids_of(all.list({}, rank_of(gone_at(3, 3s)), 10)).empty());
  }

  TEST_CASE("a list may be of one application, user or code") {
    departures all;
    auto first = gone_at(1, 1s, close_reasons::go_away);
    first.app = app_id{0};
    first.user = "alice";
    auto second = gone_at(2, 2s, close_reasons::disconnected);
    second.app = app_id{1};
    second.user = "alice";
    auto third = gone_at(3, 3s, close_reasons::go_away); // never said who
    for (const auto& each : {first, second, third})
      all.add(each);
    const auto with = [&all](const departure_filter& which) {
      return ids_of(all.list(which, std::nullopt, 10));
    };
    CHECK(with({.app = app_id{0}}) == numbers{1});
    CHECK(with({.user = "alice"}) == numbers{2, 1});
    CHECK(with({.user = ""}) == numbers{3});
    CHECK(with({.code = 3000}) == numbers{3, 1});
    CHECK(with({.app = app_id{0}, .user = "alice", .code = 3000})
          == numbers{1});
    CHECK(with({.app = app_id{1}, .code = 3000}).empty());
    CHECK(with({.user = "alic"}).empty());
  }

  TEST_CASE("a filter does not use up the room of a list") {
    departures all;
    for (std::uint64_t i = 1; i <= 6; ++i)
      all.add(gone_at(i, std::chrono::seconds{i},
                      i % 2 == 0 ? close_reasons::go_away
                                 : close_reasons::peer_gone));
    CHECK(ids_of(all.list({.code = 0}, std::nullopt, 2)) == numbers{5, 3});
  }

  TEST_CASE_FIXTURE(parting_node, "a client that goes leaves what it was") {
    const auto alice = client_on(0, "alice", "second");
    const auto id = alice.actor().id();
    alice.says("SUBSCRIBE news");
    publish("news", "hello", second_app);
    advance(70s);
    alice.leaves();
    const auto all = gone();
    REQUIRE(all.size() == 1);
    CHECK(all[0].id == id);
    CHECK(all[0].home == 0);
    CHECK(all[0].app == second_app);
    CHECK(all[0].user == "alice");
    CHECK(all[0].transport == "test");
    CHECK(all[0].reason == close_reasons::peer_gone);
    CHECK(all[0].lived == 70s);
    CHECK(all[0].bytes_in
          == std::string{"CONNECT alice:secondSUBSCRIBE news"}.size());
    CHECK(all[0].bytes_out == 6);
    CHECK(all[0].dropped == 0);
  }

  TEST_CASE_FIXTURE(parting_node, "a stranger leaves no name") {
    visitor().leaves();
    const auto all = gone();
    REQUIRE(all.size() == 1);
    CHECK_FALSE(all[0].app);
    CHECK(all[0].user.empty());
  }

  TEST_CASE_FIXTURE(parting_node, "each departure is noted once, by its code") {
    client("alice").leaves();
    client("bob");
    disconnect("bob");
    client_on(0, "mallory", "no such key");
    visitor().says("SUBSCRIBE news");
    next_fails<attached>(actor_kind::connection);
    client("dave");
    CHECK(gone().size() == 5);
    CHECK(gone({.code = 0}).size() == 2);
    CHECK(gone({.code = 9002}).size() == 1);
    CHECK(gone({.code = 9000}).size() == 1);
    CHECK(gone({.code = 9001}).size() == 1);
    CHECK(gone({.user = "dave"})[0].reason == close_reasons::failed);
    CHECK(gone({.user = "alice"})[0].reason == close_reasons::peer_gone);
  }

  TEST_CASE_FIXTURE(parting_node, "all homes together keep 10,000") {
    for (std::uint64_t i = 0; i < 10'001; ++i)
      node().at(0).gone().add(gone_at(i));
    CHECK(node().at(0).gone().list({}, std::nullopt, 20'000).size() == 10'000);
  }
}
