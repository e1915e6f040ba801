#include "tests/support/deterministic_node.hpp"

#include <string>

using namespace thunderpush;
using lines = deterministic_node::lines;

namespace {

struct tight_limits : deterministic_node {
  static limit_settings limits() {
    limit_settings made;
    made.user_id_bytes = 5;
    made.channels_per_connection = 3;
    return made;
  }

  tight_limits() : deterministic_node(limits()) {}
};

} // namespace

TEST_SUITE("connection") {
  TEST_CASE_FIXTURE(deterministic_node,
                    "CONNECT names the client, without an answer") {
    const auto alice = visitor();
    CHECK(users_online() == 0);
    alice.says("CONNECT alice:key");
    CHECK(online("alice"));
    CHECK(users_online() == 1);
    CHECK(alice.actor().state() == "connected");
    CHECK(alice.actor().label() == "alice");
    CHECK(alice.bytes().empty());
  }

  TEST_CASE_FIXTURE(deterministic_node, "a second CONNECT is ignored") {
    const auto alice = client("alice");
    for (const auto* again :
         {"CONNECT bob:key", "CONNECT alice:wrong", "CONNECT alice:second"})
      alice.says(again);
    CHECK_FALSE(alice.closed_with());
    CHECK(online("alice"));
    CHECK_FALSE(online("bob"));
    CHECK(users_online() == 1);
    CHECK(users_online(second_app) == 0);
  }

  TEST_CASE_FIXTURE(deterministic_node, "a wrong key closes with 9000") {
    for (const auto* command :
         {"CONNECT alice:wrong", "CONNECT alice:", "CONNECT alice:key ",
          "CONNECT alice:KEY", "CONNECT :"}) {
      CAPTURE(command);
      const auto alice = visitor();
      alice.says(command);
      CHECK(alice.closed_with() == close_reasons::invalid_key);
      CHECK(alice.received() == lines{"closed 9000"});
      CHECK(alice.gone());
    }
    CHECK(users_online() == 0);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "CONNECT with no or two colons leaves another try") {
    const auto alice = visitor();
    alice.says("CONNECT alice");
    alice.says("CONNECT alice:b:key");
    CHECK(users_online() == 0);
    CHECK_FALSE(alice.closed_with());
    alice.says("CONNECT alice:key");
    CHECK(online("alice"));
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a user with an empty id counts and receives") {
    const auto nobody = client("");
    nobody.says("SUBSCRIBE news");
    CHECK(users_online() == 1);
    CHECK(publish("news", "hi") == 1);
    CHECK(users_in("news") == lines{""});
    CHECK(nobody.received() == lines{"hi"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "white space before the colon belongs to the user") {
    const auto alice = client("alice ");
    CHECK(online("alice "));
    CHECK_FALSE(online("alice"));
  }

  TEST_CASE_FIXTURE(
    deterministic_node,
    "SUBSCRIBE or UNSUBSCRIBE before CONNECT closes with 9001") {
    for (const auto* command :
         {"SUBSCRIBE news", "UNSUBSCRIBE news", "SUBSCRIBE not valid!"}) {
      CAPTURE(command);
      const auto hasty = visitor();
      hasty.says(command);
      CHECK(hasty.closed_with() == close_reasons::not_connected);
      CHECK(hasty.gone());
    }
    CHECK(publish("news", "hi") == 0);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "messages that are no command are ignored") {
    const auto alice = client("alice");
    for (const auto* text : {"", " ", "PING", "subscribe news", "SUBSCRIBE",
                             "{\"a\": 1}", "HELLO world"})
      alice.says(text);
    CHECK_FALSE(alice.closed_with());
    CHECK(alice.messages_done() == 8);
    CHECK(publish("news", "hi") == 0);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "invalid names in a list are dropped, valid ones taken") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE a:not valid::b:c\n:" + std::string(65, 'x'));
    CHECK(publish("a", "to a") == 1);
    CHECK(publish("b", "to b") == 1);
    CHECK(publish("c", "to c") == 0);
    CHECK(alice.received() == lines{"to a", "to b"});
  }

  TEST_CASE_FIXTURE(deterministic_node, "subscribing twice subscribes once") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news:news");
    alice.says("SUBSCRIBE news");
    CHECK(users_in("news") == lines{"alice"});
    CHECK(publish("news", "hi") == 1);
    CHECK(alice.received() == lines{"hi"});
    alice.says("UNSUBSCRIBE news");
    CHECK(publish("news", "again") == 0);
    CHECK(actors(actor_kind::channel) == 0);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "UNSUBSCRIBE ends only the client's own subscription") {
    const auto alice = client("alice");
    const auto bob = client("bob");
    const auto carol = client("carol");
    for (const auto& who : {alice, bob, carol})
      who.says("SUBSCRIBE news");
    alice.says("UNSUBSCRIBE news");
    CHECK(publish("news", "hi") == 2);
    CHECK(users_in("news") == lines{"bob", "carol"});
    CHECK(alice.received().empty());
    CHECK(bob.received() == lines{"hi"});
    CHECK(carol.received() == lines{"hi"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "UNSUBSCRIBE of what one is not subscribed to is ignored") {
    const auto alice = client("alice");
    const auto bob = client("bob");
    bob.says("SUBSCRIBE news");
    alice.says("UNSUBSCRIBE news:unknown:not valid:");
    CHECK_FALSE(alice.closed_with());
    CHECK(publish("news", "hi") == 1);
    CHECK(bob.received() == lines{"hi"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "the commands of a client are done one after the other") {
    const auto alice = visitor();
    alice.sends("CONNECT alice:key");
    alice.sends("SUBSCRIBE a:b:c");
    alice.sends("UNSUBSCRIBE b");
    alice.sends("SUBSCRIBE d");
    CHECK(alice.messages_done() == 0);
    run();
    CHECK(alice.messages_done() == 4);
    CHECK(publish("a", "to a") == 1);
    CHECK(publish("b", "to b") == 0);
    CHECK(publish("d", "to d") == 1);
    CHECK(alice.received() == lines{"to a", "to d"});
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "what a closed client sends is dropped") {
    const auto alice = visitor();
    alice.takes_only(0); // so that the transport lingers
    alice.says("CONNECT alice:wrong");
    alice.says("CONNECT alice:key");
    alice.says("SUBSCRIBE news");
    CHECK(users_online() == 0);
    CHECK(actors(actor_kind::session) == 0);
    CHECK(alice.closed_with() == close_reasons::invalid_key);
    CHECK(alice.actor().state() == "closing");
    alice.leaves();
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "the end of a connection ends subscriptions and presence") {
    const auto alice = client("alice");
    const auto bob = client("bob");
    alice.says("SUBSCRIBE a:b:c:d:e");
    bob.says("SUBSCRIBE c");
    alice.leaves();
    CHECK_FALSE(online("alice"));
    CHECK(users_online() == 1);
    CHECK(users_in("c") == lines{"bob"});
    CHECK(publish("a", "hi") == 0);
    CHECK(publish("c", "hi") == 1);
    CHECK(actors(actor_kind::channel) == 1);
    bob.leaves();
    CHECK(is_as_at_start());
    CHECK(counted().connections_opened == 2);
    CHECK(counted().connections_closed == 2);
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "a client may go while its commands are under way") {
    const auto alice = visitor();
    alice.sends("CONNECT alice:key");
    alice.leaves();
    CHECK(is_as_at_start());

    const auto bob = client("bob");
    bob.sends("SUBSCRIBE a:b");
    bob.leaves();
    CHECK(users_online() == 0);
    CHECK(publish("a", "hi") == 0);
    CHECK(is_as_at_start());

    const auto carol = client("carol");
    carol.says("SUBSCRIBE a:b");
    carol.sends("UNSUBSCRIBE a");
    carol.leaves();
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(tight_limits, "a user id may have the limit's length") {
    const auto alice = client("alice");
    CHECK(online("alice"));
  }

  TEST_CASE_FIXTURE(tight_limits, "a longer user id closes with 3501") {
    const auto alicia = client("alicia");
    CHECK(alicia.closed_with() == close_reasons::bad_request);
    CHECK(users_online() == 0);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(tight_limits,
                    "a key that is wrong comes before the limit") {
    const auto alicia = client_on(0, "alicia", "wrong");
    CHECK(alicia.closed_with() == close_reasons::invalid_key);
  }

  TEST_CASE_FIXTURE(tight_limits,
                    "one may have the limit's number of channels, no more") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE a:b:c");
    alice.says("SUBSCRIBE a:b:c");
    CHECK_FALSE(alice.closed_with());
    alice.says("UNSUBSCRIBE b");
    alice.says("SUBSCRIBE d");
    CHECK_FALSE(alice.closed_with());
    alice.says("SUBSCRIBE e:f:g");
    CHECK(alice.closed_with() == close_reasons::too_many_channels);
    CHECK(publish("f", "hi") == 0);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "ids of 10,000 bytes and 1,000 channels work") {
    const std::string id(10'000, 'u');
    const auto alice = client(id);
    std::string all = "SUBSCRIBE c0";
    for (int i = 1; i < 1000; ++i)
      all += ":c" + std::to_string(i);
    alice.says(all);
    CHECK_FALSE(alice.closed_with());
    CHECK(actors(actor_kind::channel) == 1000);
    CHECK(publish("c999", "hi") == 1);
    CHECK(users_in("c500") == lines{id});
    disconnect(id);
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "what is queued leaves before the last words") {
    const auto alice = client("alice");
    alice.says("SUBSCRIBE news");
    alice.takes_only(0);
    publish("news", "one");
    send("alice", "two");
    disconnect("alice");
    CHECK(alice.received().empty());
    alice.reads();
    run();
    CHECK(alice.received() == lines{"one", "two", "closed 9002"});
    CHECK(is_as_at_start());
  }

  TEST_CASE_FIXTURE(deterministic_node,
                    "applications of equal names never meet") {
    const auto ours = client_on(0, "alice", "key");
    const auto theirs = client_on(1, "alice", "second");
    ours.says("SUBSCRIBE news");
    theirs.says("SUBSCRIBE news");

    CHECK(publish("news", "to the first", first_app) == 1);
    CHECK(publish("news", "to the second", second_app) == 1);
    CHECK(send("alice", "mine", first_app) == 1);
    CHECK(ours.received() == lines{"to the first", "mine"});
    CHECK(theirs.received() == lines{"to the second"});
    CHECK(users_in("news", second_app) == lines{"alice"});

    disconnect("alice", first_app);
    CHECK(ours.gone());
    CHECK_FALSE(online("alice", first_app));
    CHECK(online("alice", second_app));
    CHECK(users_online(first_app) == 0);
    CHECK(users_online(second_app) == 1);
    CHECK(publish("news", "still here", second_app) == 1);
    CHECK_FALSE(theirs.closed_with());
  }
}
