#include "tests/api/admin_node.hpp"

#include <string>

using namespace thunderpush;
using namespace std::chrono_literals;
using namespace std::string_literals;
using lines = deterministic_node::lines;

namespace {

struct controlled_node : admin_node {
  controlled_node() {
    alice.says("SUBSCRIBE " + news);
    bob.says("SUBSCRIBE " + news);
  }

  http_response deletes(const std::string& target) {
    return answer_to(target, "DELETE");
  }

  static std::string path_of(const test_client& who) {
    return "/connections/" + std::to_string(who.actor().id());
  }

  const std::string news = name_on(1, "news");
  test_client alice = client_on(0, "alice");
  test_client bob = client_on(1, "bob");
};

} // namespace

TEST_SUITE("admin control") {
  TEST_CASE_FIXTURE(controlled_node,
                    "a client that is disconnected is asked to come back") {
    const auto id = std::to_string(bob.actor().id());
    const auto answer = deletes(path_of(bob));
    CHECK(answer.status == 200);
    CHECK(answer.body == "{\"disconnected\": " + id + "}\n");
    CHECK(bob.closed_with() == close_reasons::go_away);
    CHECK(bob.received() == lines{"closed 3000"});
    CHECK_FALSE(alice.closed_with());
    CHECK_FALSE(online("bob"));
    CHECK(users_in(news) == lines{"alice"});
  }

  TEST_CASE_FIXTURE(controlled_node, "a client may be told not to come back") {
    CHECK(deletes(path_of(bob) + "?reconnect=false").status == 200);
    CHECK(bob.closed_with() == close_reasons::disconnected);
    CHECK(deletes(path_of(alice) + "?reconnect=true").status == 200);
    CHECK(alice.closed_with() == close_reasons::go_away);
  }

  TEST_CASE_FIXTURE(controlled_node, "a stranger may be disconnected") {
    const auto stranger = visitor_on(1);
    CHECK(deletes(path_of(stranger)).status == 200);
    CHECK(stranger.closed_with() == close_reasons::go_away);
  }

  TEST_CASE_FIXTURE(controlled_node,
                    "a client that is not there is not found") {
    const auto gone = path_of(bob);
    bob.leaves();
    const auto answer = deletes(gone);
    CHECK(answer.status == 404);
    CHECK(answer.body
          == "{\"message\": \"No client has this id: it may have gone.\", "
             "\"status\": 404}\n");
    CHECK(deletes("/connections/987654321").status == 404);
  }

  TEST_CASE_FIXTURE(controlled_node, "no other actor is a client") {
    for (const char* kind : {"hub", "channel", "session", "admin"}) {
      CAPTURE(kind);
      const auto list = json("/actors?kind="s + kind);
      const auto id = list["actors"][0]["id"].GetUint64();
      CHECK(deletes("/connections/" + std::to_string(id)).status == 404);
    }
    CHECK(publish(news, "hi") == 2);
  }

  TEST_CASE_FIXTURE(controlled_node, "a bad query disconnects nobody") {
    CHECK(deletes(path_of(bob) + "?reconnect=no").status == 400);
    CHECK(deletes(path_of(bob) + "?x").status == 400);
    CHECK(deletes("/users/bob").status == 400); // of which application?
    CHECK(deletes("/users/bob?app=nobody").status == 400);
    CHECK(deletes("/channels/" + news).status == 400);
    CHECK(online("bob"));
    CHECK_FALSE(bob.closed_with());
  }

  TEST_CASE_FIXTURE(controlled_node, "a user is disconnected everywhere") {
    const auto again = client_on(0, "bob");
    const auto namesake = client_on(0, "bob", "second");
    const auto answer = deletes("/users/bob?app=main");
    CHECK(answer.status == 200);
    CHECK(answer.body == "{\"disconnected\": \"bob\"}\n");
    CHECK(bob.closed_with() == close_reasons::disconnected);
    CHECK(again.closed_with() == close_reasons::disconnected);
    CHECK_FALSE(namesake.closed_with());
    CHECK_FALSE(alice.closed_with());
    CHECK_FALSE(online("bob"));
    CHECK(online("bob", second_app));
  }

  TEST_CASE_FIXTURE(controlled_node, "a user who is not online is not found") {
    const auto answer = deletes("/users/nobody?app=main");
    CHECK(answer.status == 404);
    CHECK(answer.body
          == "{\"message\": \"The user is not online.\", \"status\": 404}\n");
    CHECK(deletes("/users/alice?app=other").status == 404);
    CHECK_FALSE(alice.closed_with());
  }

  TEST_CASE_FIXTURE(controlled_node, "a user of any name is disconnected") {
    const auto odd = client_on(0, "a/b c");
    CHECK(deletes("/users/a%2Fb%20c?app=main").status == 200);
    CHECK(odd.closed_with() == close_reasons::disconnected);
  }

  TEST_CASE_FIXTURE(controlled_node,
                    "who asks for a user's end hears once all is over") {
    bob.takes_only(0);
    const auto box = asks_for("/users/bob?app=main", "DELETE");
    run();
    REQUIRE(box->answers.size() == 1);
    CHECK_FALSE(online("bob"));
    CHECK(users_in(news) == lines{"alice"});
  }

  TEST_CASE_FIXTURE(controlled_node, "a channel is reset, its clients stay") {
    const auto before = json("/channels")["channels"][0]["id"].GetUint64();
    const auto answer = deletes("/channels/" + news + "?app=main");
    CHECK(answer.status == 200);
    CHECK(answer.body == "{\"reset\": \"" + news + "\"}\n");
    CHECK(json("/channels")["channels"][0]["id"].GetUint64() != before);
    CHECK(publish(news, "hi") == 2);
    CHECK(alice.received() == lines{"hi"});
    CHECK(bob.received() == lines{"hi"});
  }

  TEST_CASE_FIXTURE(controlled_node,
                    "a channel that is not there is not found") {
    CHECK(deletes("/channels/other?app=main").status == 404);
    CHECK(deletes("/channels/" + news + "?app=other").status == 404);
  }

  TEST_CASE_FIXTURE(controlled_node, "a control that fails is answered 500") {
    next_fails<find_user>(actor_kind::directory);
    CHECK(deletes("/users/bob?app=main").status == 500);
    next_fails<disconnect_user>(actor_kind::session);
    CHECK(deletes("/users/bob?app=main").status == 500);
    next_fails<reset_channel>(actor_kind::directory);
    CHECK(deletes("/channels/" + news + "?app=main").status == 500);
    CHECK(deletes("/users/bob?app=main").status == 200);
  }

  TEST_CASE_FIXTURE(controlled_node, "a home that is silent is named") {
    const auto away = name_on(1, "away");
    const auto user = client_on(1, away);
    for (const auto& path : {"/users/" + away, "/channels/" + news}) {
      CAPTURE(path);
      const auto box = asks_for(path + "?app=main", "DELETE");
      advance_first_home(5s);
      REQUIRE(box->answered());
      CHECK(box->answers.front().status == 503);
      run();
      CHECK(box->answers.size() == 1);
    }
  }

  TEST_CASE_FIXTURE(controlled_node,
                    "many requests leave no room for control") {
    for (std::size_t i = 0; i < admin::max_waiting; ++i)
      asks_for("/stats");
    for (const auto& path :
         {path_of(bob), "/users/bob?app=main"s, "/channels/x?app=main"s}) {
      const auto box = asks_for(path, "DELETE");
      REQUIRE(box->answered());
      CHECK(box->answers.front().status == 503);
    }
    run();
    CHECK_FALSE(bob.closed_with());
  }

  TEST_CASE_FIXTURE(controlled_node, "log levels are told and changed") {
    CHECK(json("/log-level")["level"].GetString() == "off"s);
    const auto changed = json(
      "/log-level", "PUT", R"({"level": "trace", "component": "websocket"})");
    CHECK(changed["components"]["websocket"].GetString() == "trace"s);
    CHECK(json("/log-level")["components"].HasMember("websocket"));
    CHECK(answer_to("/log-level", "PUT", "nonsense").status == 400);
    CHECK(answer_to("/log-level?x=1", "PUT", R"({"level": "off"})").status
          == 400);
    json("/log-level", "PUT", R"({"level": "off", "component": "websocket"})");
  }
}
