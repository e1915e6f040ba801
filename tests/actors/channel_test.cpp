#include "tests/support/deterministic_node.hpp"

#include <string>
#include <vector>

using namespace thunderpush;
using lines = deterministic_node::lines;

namespace {

struct three_homes : deterministic_node {
  three_homes() : deterministic_node({}, 3) {}
};

} // namespace

TEST_SUITE("channel") {
  TEST_CASE_FIXTURE(deterministic_node,
                    "a publication for nobody is dropped and counts 0") {
    CHECK(publish("news", "hi") == 0);
    CHECK(users_in("news").empty());
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(three_homes,
                    "a publication reaches every subscriber exactly once") {
    std::vector<test_client> all;
    lines users;
    for (int i = 0; i < 30; ++i) {
      users.push_back("u" + std::to_string(i));
      all.push_back(client(users.back()));
      all.back().says("SUBSCRIBE news");
    }
    const auto other = client("other");
    other.says("SUBSCRIBE sports");
    std::sort(users.begin(), users.end());
    CHECK(publish("news", "hi") == 30);
    CHECK(users_in("news") == users);
    for (const auto& each : all)
      CHECK(each.received() == lines{"hi"});
    CHECK(other.received().empty());
    CHECK(counted().publications == 1);
    CHECK(counted().deliveries == 30);
  }

  TEST_CASE_FIXTURE(
    deterministic_node,
    "two connections of a user are subscribed each for itself") {
    const auto one = client_on(0, "alice");
    const auto two = client_on(1, "alice");
    one.says("SUBSCRIBE news");
    CHECK(publish("news", "to one") == 1);
    two.says("SUBSCRIBE news");
    CHECK(publish("news", "to both") == 2);
    CHECK(users_in("news") == lines{"alice", "alice"});
    CHECK(one.received() == lines{"to one", "to both"});
    CHECK(two.received() == lines{"to both"});
  }

  TEST_CASE_FIXTURE(three_homes,
                    "all subscribers see one order, that of acceptance") {
    std::vector<test_client> all;
    for (int i = 0; i < 6; ++i) {
      all.push_back(client("u" + std::to_string(i)));
      all.back().says("SUBSCRIBE news");
    }
    // Each asker has its publications accepted in the order it asked in.
    lines accepted;
    watch([&accepted](const pinned_actor& who, const message& content) {
      if (who.kind() == actor_kind::channel
          && content.match_elements<thunderpush::publish>())
        accepted.push_back(
          content.get_as<thunderpush::publish>(0).what->element);
    });
    for (int i = 0; i < 50; ++i)
      starts_publishing("news", std::to_string(i));
    run();
    CHECK(accepted.size() == 50);
    CHECK(accepted.front() == "0");
    CHECK(accepted.back() == "49");
    for (const auto& each : all)
      CHECK(each.received() == accepted);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "who was subscribed before a publication gets it") {
    const auto channel = name_on(1, "news");
    const auto alice = client_on(0, "alice");
    // The first moment at which the client may know of it.
    ticket asked = 0;
    alice.upon_done([&, this](std::string_view done) {
      if (done.starts_with("SUBSCRIBE"))
        asked = starts_publishing(channel, "first");
    });
    alice.says("SUBSCRIBE " + channel);
    CHECK(answer<publication_accepted>(asked).receivers == 1);
    CHECK(alice.received() == lines{"first"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "who was unsubscribed gets nothing more") {
    const auto channel = name_on(1, "news");
    const auto alice = client_on(0, "alice");
    const auto bob = client_on(0, "bob");
    bob.says("SUBSCRIBE " + channel);
    alice.says("SUBSCRIBE " + channel);
    ticket asked = 0;
    alice.upon_done([&, this](std::string_view) {
      asked = starts_publishing(channel, "late");
    });
    alice.says("UNSUBSCRIBE " + channel);
    CHECK(answer<publication_accepted>(asked).receivers == 1);
    CHECK(alice.received().empty());
    CHECK(bob.received() == lines{"late"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a channel ends with its last subscriber") {
    const auto alice = client_on(0, "alice");
    const auto bob = client_on(1, "bob");
    alice.says("SUBSCRIBE news");
    bob.says("SUBSCRIBE news");
    CHECK(actors(actor_kind::channel) == 1);
    alice.says("UNSUBSCRIBE news");
    CHECK(actors(actor_kind::channel) == 1);
    bob.leaves();
    CHECK(actors(actor_kind::channel) == 0);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "what meets a channel as it falls idle is not lost") {
    const auto channel = name_on(1, "news");
    const auto alice = client_on(0, "alice");
    const auto bob = client_on(0, "bob");
    const auto carol = client_on(0, "carol");
    for (const bool is_reported : {false, true}) {
      CAPTURE(is_reported);
      ticket asked = 0;
      alice.says("SUBSCRIBE " + channel);
      watch([&, this](const pinned_actor& who, const message& content) {
        if (is_reported ? content.match_elements<channel_idle>()
                        : who.kind() == actor_kind::channel
                            && content.match_elements<leave>()) {
          watch(nullptr);
          asked = starts_publishing(channel, "to nobody");
          starts_listing(channel);
          bob.sends("SUBSCRIBE " + channel);
          carol.sends("SUBSCRIBE " + channel);
        }
      });
      alice.says("UNSUBSCRIBE " + channel);
      CHECK(answer<publication_accepted>(asked).receivers == 0);
      CHECK(publish(channel, "hi") == 2);
      bob.says("UNSUBSCRIBE " + channel);
      carol.says("UNSUBSCRIBE " + channel);
      CHECK(actors(actor_kind::channel) == 0);
    }
    CHECK(alice.received().empty());
    CHECK(bob.received() == lines{"hi", "hi"});
    CHECK(carol.received() == lines{"hi", "hi"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a channel that only answered questions ends as well") {
    const auto channel = name_on(1, "news");
    const auto alice = client_on(0, "alice");
    for (const bool publishes : {false, true}) {
      CAPTURE(publishes);
      alice.says("SUBSCRIBE " + channel);
      watch([&, this](const pinned_actor& who, const message& content) {
        if (who.kind() != actor_kind::channel
            || !content.match_elements<leave>())
          return;
        watch(nullptr);
        if (publishes)
          starts_publishing(channel, "to nobody");
        else
          starts_listing(channel);
      });
      alice.says("UNSUBSCRIBE " + channel);
      CHECK(actors(actor_kind::channel) == 0);
    }
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a hub's number for a channel serves another one later") {
    const auto alice = client_on(0, "alice");
    for (int i = 0; i < 5; ++i) {
      const auto channel = "c" + std::to_string(i);
      alice.says("SUBSCRIBE " + channel);
      CHECK(publish(channel, channel) == 1);
      alice.says("UNSUBSCRIBE " + channel);
      CHECK(publish(channel, "nobody") == 0);
    }
    CHECK(alice.received() == lines{"c0", "c1", "c2", "c3", "c4"});
    CHECK(actors(actor_kind::channel) == 0);
  }

  TEST_CASE_FIXTURE(deterministic_node, "subscriptions are left in any order") {
    std::vector<test_client> all;
    for (int i = 0; i < 5; ++i) {
      all.push_back(client_on(0, "u" + std::to_string(i)));
      all.back().says("SUBSCRIBE a:b:c:d");
    }
    for (const auto* each : {"UNSUBSCRIBE b", "UNSUBSCRIBE a:d"})
      all[1].says(each);
    all[3].says("UNSUBSCRIBE d:c:b:a");
    all[0].leaves();
    CHECK(users_in("a") == lines{"u2", "u4"});
    CHECK(users_in("b") == lines{"u2", "u4"});
    CHECK(users_in("c") == lines{"u1", "u2", "u4"});
    CHECK(users_in("d") == lines{"u2", "u4"});
    all[1].says("SUBSCRIBE a");
    all[4].leaves();
    for (const auto* channel : {"a", "b", "c", "d"})
      publish(channel, channel);
    CHECK(all[1].received() == lines{"a", "c"});
    CHECK(all[2].received() == lines{"a", "b", "c", "d"});
    CHECK(all[3].received().empty());
    all[1].leaves();
    all[2].leaves();
    CHECK(actors(actor_kind::channel) == 0);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "the connections of a home share one encoded frame") {
    const auto alice = client_on(0, "alice");
    const auto bob = client_on(0, "bob");
    alice.says("SUBSCRIBE news");
    bob.says("SUBSCRIBE news");
    alice.takes_only(0);
    bob.takes_only(0);
    publish("news", "hi");
    REQUIRE(alice.waiting().size() == 1);
    REQUIRE(bob.waiting().size() == 1);
    CHECK(alice.waiting().front() == bob.waiting().front());
  }
}
