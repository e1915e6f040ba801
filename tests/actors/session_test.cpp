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

TEST_SUITE("session") {
  TEST_CASE_FIXTURE(deterministic_node,
                    "a message for a user reaches each of the connections") {
    const auto at_home = client_on(0, "alice");
    const auto at_work = client_on(1, "alice");
    const auto bob = client("bob");
    CHECK(users_online() == 2);
    CHECK(send("alice", "hi") == 2);
    CHECK(at_home.received() == lines{"hi"});
    CHECK(at_work.received() == lines{"hi"});
    CHECK(bob.received().empty());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a message for nobody is dropped and counts 0") {
    CHECK(send("alice", "hi") == 0);
    const auto alice = client("alice");
    CHECK(alice.received().empty());
    CHECK(actors(actor_kind::session) == 1);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a user is online until the last connection has gone") {
    const auto first = client_on(0, "alice");
    const auto second = client_on(1, "alice");
    first.leaves();
    CHECK(online("alice"));
    CHECK(send("alice", "hi") == 1);
    second.leaves();
    CHECK_FALSE(online("alice"));
    CHECK(users_online() == 0);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "disconnecting a user closes every connection with 9002") {
    std::vector<test_client> all;
    for (std::size_t i = 0; i < 7; ++i) {
      all.push_back(client_on(i % 2, "alice"));
      all.back().says("SUBSCRIBE news:c" + std::to_string(i));
    }
    const auto bob = client("bob");
    bob.says("SUBSCRIBE news");
    disconnect("alice");
    for (const auto& each : all) {
      CHECK(each.closed_with() == close_reasons::disconnected);
      CHECK(each.gone());
    }
    CHECK_FALSE(bob.closed_with());
    CHECK_FALSE(online("alice"));
    CHECK(users_online() == 1);
    CHECK(users_in("news") == lines{"bob"});
    CHECK(actors(actor_kind::channel) == 1);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "disconnecting who is not online is answered as well") {
    disconnect("alice");
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a disconnect that was answered has left nothing behind") {
    const auto channel = name_on(0, "news");
    for (const auto& user : {name_on(0, "alice"), name_on(1, "alice")}) {
      const auto first = client_on(0, user);
      const auto second = client_on(1, user);
      first.says("SUBSCRIBE " + channel);
      second.says("SUBSCRIBE " + channel);
      // Who asks the moment the answer arrives is told the new state.
      ticket listed = 0;
      ticket found = 0;
      ticket counts = 0;
      requester().upon_reply([&, this] {
        listed = starts_listing(channel);
        found = starts_finding(user);
        counts = starts_counting();
      });
      disconnect(user);
      CHECK(users_listed_in(listed).empty());
      CHECK_FALSE(answer<user_found>(found).online);
      CHECK(users_counted_in(counts) == 0);
    }
  }

  TEST_CASE_FIXTURE(three_homes,
                    "a disconnect is answered once every channel knows") {
    const auto user = name_on(2, "alice");
    const auto alice = client_on(0, user);
    alice.says("SUBSCRIBE " + name_on(1, "news") + ":" + name_on(1, "sports"));
    const auto asked = starts_disconnecting(user);
    // The home of the channels is busy.
    for (int i = 0; i < 10; ++i) {
      node().at(0).poll();
      node().at(2).poll();
    }
    CHECK_FALSE(alice.gone());
    CHECK(alice.closed_with() == close_reasons::disconnected);
    CHECK(requester().replies(asked).empty());
    run();
    CHECK(answered<user_disconnected>(asked));
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "who is being disconnected is sent nothing more") {
    const auto user = name_on(1, "alice");
    const auto alice = client_on(0, user);
    starts_disconnecting(user);
    const auto asked = starts_sending(user, "late");
    run();
    CHECK(answer<publication_accepted>(asked).receivers == 0);
    CHECK(alice.received() == lines{"closed 9002"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a client that does not read is offline all the same") {
    const auto alice = client("alice");
    alice.takes_only(0);
    alice.says("SUBSCRIBE news");
    publish("news", "hi");
    disconnect("alice");
    CHECK_FALSE(online("alice"));
    CHECK(publish("news", "again") == 0);
    CHECK_FALSE(alice.gone());
    alice.leaves();
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "two disconnects at once are both answered") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news");
    const auto one = starts_disconnecting("alice");
    const auto two = starts_disconnecting("alice");
    run();
    CHECK(answered<user_disconnected>(one));
    CHECK(answered<user_disconnected>(two));
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "who comes while the user is disconnected stays") {
    const auto before = client_on(0, "alice");
    const auto asked = starts_disconnecting("alice");
    const auto after = client_on(1, "alice");
    CHECK(answered<user_disconnected>(asked));
    CHECK(before.gone());
    CHECK_FALSE(after.closed_with());
    CHECK(send("alice", "hi") == 1);
    CHECK(after.received() == lines{"hi"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a session ends although a message met its last goodbye") {
    const auto user = name_on(1, "alice");
    const auto alice = client_on(0, user);
    alice.vanishes();
    // Runs the connection's home alone: the goodbye is on its way.
    node().at(0).poll();
    SUBCASE("sent to the user") {
      starts_sending(user, "late");
    }
    SUBCASE("to disconnect the user") {
      starts_disconnecting(user);
    }
    run();
    CHECK_FALSE(online(user));
    CHECK(users_online() == 0);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a user may come back while the old session ends") {
    const auto user = name_on(1, "alice");
    for (int i = 0; i < 3; ++i) {
      const auto before = client_on(0, user);
      before.vanishes();
      node().at(0).poll();
      const auto after = client_on(0, user);
      CHECK(online(user));
      CHECK(send(user, "hi") == 1);
      CHECK(after.received() == lines{"hi"});
      after.leaves();
      CHECK(is_as_at_start());
    }
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "messages to a user and to a channel keep their order") {
    const auto channel = name_on(0, "news");
    const auto user = name_on(0, "alice");
    const auto alice = client_on(1, user);
    alice.says("SUBSCRIBE " + channel);
    lines expected;
    for (int i = 0; i < 10; ++i) {
      // As answered: the next is sent when the last was accepted.
      const auto text = std::to_string(i);
      CHECK((i % 3 == 0 ? send(user, text) : publish(channel, text)) == 1);
      expected.push_back(text);
    }
    CHECK(alice.received() == expected);
  }
}
