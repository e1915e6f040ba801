#include "tests/api/admin_node.hpp"

#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using namespace std::string_literals;
using lines = deterministic_node::lines;

namespace {

struct listed_node : admin_node {
  listed_node() {
    alice.says("SUBSCRIBE news:sport");
    bob.says("SUBSCRIBE news");
    carol.says("SUBSCRIBE news");
  }

  // What a text member of each entry of a list is.
  lines texts(const std::string& target, const char* list, const char* member) {
    const auto answer = json(target);
    lines found;
    for (const auto& each : answer[list].GetArray())
      found.emplace_back(each[member].GetString());
    return found;
  }

  lines users(const std::string& query) {
    return texts("/connections" + query, "connections", "user");
  }

  test_client alice = client_on(0, "alice");
  test_client bob = client_on(1, "bob");
  test_client carol = client_on(1, "carol", "second");
};

} // namespace

TEST_SUITE("admin lists") {
  TEST_CASE_FIXTURE(listed_node, "a connection is listed with its figures") {
    publish("news", "hello");
    alice.takes_only(2);
    publish("news", "hello");
    advance(3s);
    const auto list = json("/connections?user=alice");
    REQUIRE(list["connections"].Size() == 1);
    const auto& it = list["connections"][0];
    CHECK(it["id"].GetUint64() == alice.actor().id());
    CHECK(it["home"].GetUint64() == 0);
    CHECK(it["app"].GetString() == "main"s);
    CHECK(it["user"].GetString() == "alice"s);
    CHECK(it["transport"].GetString() == "test"s);
    CHECK(it["address"].IsNull());
    CHECK(it["rtt_ms"].IsNull());
    CHECK(it["state"].GetString() == "blocked"s);
    CHECK(it["subscriptions"].GetUint64() == 2);
    CHECK(it["queued_bytes"].GetUint64() == 4);
    CHECK(it["queued_messages"].GetUint64() == 1);
    CHECK(it["oldest_ms"].GetUint64() == 3000);
    CHECK(it["dropped"].GetUint64() == 0);
    CHECK(it["bytes_in"].GetUint64()
          == "CONNECT alice:keySUBSCRIBE news:sport"s.size());
    CHECK(it["bytes_out"].GetUint64() == 8);
    CHECK(it["age_seconds"].GetUint64() == 3);
  }

  TEST_CASE_FIXTURE(listed_node, "connections of all homes are chosen from") {
    CHECK(users("") == lines{"alice", "bob", "carol"});
    CHECK(users("?channel=news") == lines{"alice", "bob", "carol"});
    CHECK(users("?channel=news&app=main") == lines{"alice", "bob"});
    CHECK(users("?channel=sport") == lines{"alice"});
    CHECK(users("?app=other") == lines{"carol"});
    CHECK(users("?slow=true").empty());
    bob.takes_only(0);
    publish("news", "hi");
    CHECK(users("?slow=true") == lines{"bob"});
    CHECK(users("?sort=bytes_out&limit=1") == lines{"alice"});
    CHECK(users("?sort=queued_bytes&limit=1") == lines{"bob"});
  }

  TEST_CASE_FIXTURE(listed_node, "a stranger is listed without a name") {
    const auto stranger = visitor_on(1);
    const auto list = json("/connections?user=");
    REQUIRE(list["connections"].Size() == 1);
    CHECK(list["connections"][0]["app"].IsNull());
    CHECK(list["connections"][0]["state"].GetString() == "anonymous"s);
  }

  TEST_CASE_FIXTURE(listed_node, "a channel is listed with its subscribers") {
    const auto list = json("/channels?app=main&sort=subscribers");
    REQUIRE(list["channels"].Size() == 2);
    const auto& news = list["channels"][0];
    CHECK(news["name"].GetString() == "news"s);
    CHECK(news["app"].GetString() == "main"s);
    CHECK(news["home"].GetUint64() == home_of("news"));
    CHECK(news["subscribers"].GetUint64() == 2);
    CHECK(news["bytes_under_way"].GetUint64() == 0);
    CHECK(list["channels"][1]["name"].GetString() == "sport"s);
    CHECK(texts("/channels?prefix=sp", "channels", "name") == lines{"sport"});
    CHECK(texts("/channels?app=other", "channels", "name") == lines{"news"});
  }

  TEST_CASE_FIXTURE(listed_node, "a user is listed with connections") {
    const auto again = client_on(1, "alice");
    const auto list = json("/users?sort=connections&limit=1");
    REQUIRE(list["users"].Size() == 1);
    const auto& it = list["users"][0];
    CHECK(it["name"].GetString() == "alice"s);
    CHECK(it["app"].GetString() == "main"s);
    CHECK(it["connections"].GetUint64() == 2);
    CHECK(it["home"].GetUint64() == home_of("alice"));
    CHECK(list["next"].IsString());
    CHECK(texts("/users?prefix=b", "users", "name") == lines{"bob"});
  }

  TEST_CASE_FIXTURE(listed_node,
                    "clients that went are listed, the last first") {
    bob.leaves();
    disconnect("alice");
    CHECK(texts("/connections/closed", "closed", "user")
          == lines{"alice", "bob"});
    const auto list = json("/connections/closed?code=9002");
    REQUIRE(list["closed"].Size() == 1);
    const auto& it = list["closed"][0];
    CHECK(it["user"].GetString() == "alice"s);
    CHECK(it["app"].GetString() == "main"s);
    CHECK(it["home"].GetUint64() == 0);
    CHECK(it["code"].GetUint64() == 9002);
    CHECK(it["reason"].GetString()
          == "Server closed the connection (intentionally)."s);
    CHECK(it["address"].IsNull());
    const std::string when = it["closed_at"].GetString();
    CHECK(when.size() == "2000-01-01T00:00:00.000Z"s.size());
    CHECK(when.ends_with("Z"));
    CHECK(texts("/connections/closed?user=bob", "closed", "user")
          == lines{"bob"});
    CHECK(texts("/connections/closed?app=other", "closed", "user").empty());
  }

  TEST_CASE_FIXTURE(listed_node, "clients that went are told in pages") {
    for (std::size_t i = 0; i < 9; ++i)
      client_on(i % 2, "u" + std::to_string(i)).leaves();
    lines all;
    std::string cursor;
    do {
      const auto list = json("/connections/closed?limit=2" + cursor);
      for (const auto& each : list["closed"].GetArray())
        all.emplace_back(each["user"].GetString());
      cursor
        = list["next"].IsNull() ? "" : "&cursor="s + list["next"].GetString();
    } while (!cursor.empty());
    CHECK(all == lines{"u8", "u7", "u6", "u5", "u4", "u3", "u2", "u1", "u0"});
  }

  TEST_CASE_FIXTURE(listed_node, "one connection tells what it holds") {
    const auto it = json("/actors/" + std::to_string(alice.actor().id()));
    CHECK(it["kind"].GetString() == "connection"s);
    CHECK(it["name"].GetString() == "alice"s);
    const auto& held = it["details"];
    CHECK(held["kind"].GetString() == "connection"s);
    CHECK(held["user"].GetString() == "alice"s);
    REQUIRE(held["subscriptions"].Size() == 2);
    CHECK(held["subscriptions"][0].GetString() == "news"s);
    CHECK(held["subscriptions"][1].GetString() == "sport"s);
  }

  TEST_CASE_FIXTURE(listed_node, "one channel tells its homes") {
    const auto list = json("/channels?app=main&prefix=news");
    const auto id = list["channels"][0]["id"].GetUint64();
    const auto it = json("/actors/" + std::to_string(id));
    CHECK(it["kind"].GetString() == "channel"s);
    const auto& held = it["details"];
    CHECK(held["subscribers"].GetUint64() == 2);
    REQUIRE(held["by_home"].Size() == 2);
    CHECK(held["by_home"][0]["home"].GetUint64()
            + held["by_home"][1]["home"].GetUint64()
          == 1);
    CHECK(held["by_home"][0]["subscribers"].GetUint64() == 1);
  }

  TEST_CASE_FIXTURE(listed_node, "one session tells its connections") {
    const auto again = client_on(1, "alice");
    const auto list = json("/users?prefix=alice");
    const auto id = list["users"][0]["id"].GetUint64();
    const auto it = json("/actors/" + std::to_string(id));
    const auto& held = it["details"];
    CHECK(held["kind"].GetString() == "session"s);
    REQUIRE(held["connections"].Size() == 2);
    CHECK(held["connections"][0].GetUint64() == alice.actor().id());
    CHECK(held["connections"][1].GetUint64() == again.actor().id());
  }

  TEST_CASE_FIXTURE(listed_node, "the others hold nothing to be told") {
    const auto list = json("/actors?kind=hub");
    REQUIRE(list["actors"].Size() == 2);
    const auto id = list["actors"][1]["id"].GetUint64();
    const auto it = json("/actors/" + std::to_string(id));
    CHECK(it["id"].GetUint64() == id);
    CHECK(it["home"].GetUint64() == 1);
    CHECK(it["details"].IsNull());
  }

  TEST_CASE_FIXTURE(listed_node, "an actor that is not there is not found") {
    CHECK(answer_to("/actors/987654321").status == 404);
    const auto id = alice.actor().id();
    alice.leaves();
    CHECK(answer_to("/actors/" + std::to_string(id)).status == 404);
    CHECK(answer_to("/actors/1?x=y").status == 400);
  }

  TEST_CASE_FIXTURE(listed_node, "homes tell how busy they are") {
    alice.takes_only(0);
    publish("news", "hi");
    const auto list = json("/homes");
    REQUIRE(list["homes"].Size() == 2);
    const auto& first = list["homes"][0];
    CHECK(first["home"].GetUint64() == 0);
    CHECK(first["connections"].GetUint64() == 1);
    CHECK(first["blocked"].GetUint64() == 1);
    CHECK(first["queued_bytes"].GetUint64() == 3);
    CHECK(list["homes"][1]["connections"].GetUint64() == 2);
    CHECK(list["homes"][1]["blocked"].GetUint64() == 0);
    CHECK(list["homes"][1]["flush"]["messages"].GetUint64() == 1);
    CHECK(list["homes"][1]["flush"]["bytes"].GetUint64() == 3);
    CHECK(list["homes"][1]["flush"]["messages_per_write"].GetDouble() == 1);
  }

  TEST_CASE_FIXTURE(listed_node, "each list waits 5 s for a silent home") {
    for (const char* path :
         {"/connections", "/channels", "/users", "/connections/closed",
          "/homes", "/metrics", "/ready", "/actors/1"}) {
      CAPTURE(path);
      const auto box = asks_for(path);
      advance_first_home(4900ms);
      CHECK_FALSE(box->answered());
      advance_first_home(100ms);
      REQUIRE(box->answered());
      CHECK(box->answers.front().status == 503);
      CHECK(box->answers.front().body.find("\"silent_homes\": [1]")
            != std::string::npos);
      run();
      CHECK(box->answers.size() == 1);
    }
  }
}
