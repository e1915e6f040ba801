#include "tests/api/admin_node.hpp"

#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

struct traced_node : admin_node {
  answer_box traces(const std::string& query) {
    auto box = asks_for("/trace?" + query);
    run();
    return box;
  }

  // The data of all events of that type.
  static std::vector<std::string> data(const answer_box& of,
                                       const std::string& type) {
    std::vector<std::string> all;
    const auto head = "event: " + type + "\ndata: ";
    for (auto at = of->body.find(head); at != std::string::npos;
         at = of->body.find(head, at + 1)) {
      const auto begin = at + head.size();
      const auto end = of->body.find("\n\n", begin);
      REQUIRE(end != std::string::npos);
      all.push_back(of->body.substr(begin, end - begin));
    }
    return all;
  }

  static std::vector<std::string> words(const answer_box& of) {
    std::vector<std::string> all;
    for (const auto& each : data(of, "trace")) {
      rapidjson::Document event;
      event.Parse(each);
      REQUIRE(event.IsObject());
      all.emplace_back(event["event"].GetString());
    }
    return all;
  }

  bool anybody_looks_on() {
    return node().at(0).traces().active() || node().at(1).traces().active();
  }

  test_client alice = client_on(1, "alice");
};

} // namespace

TEST_SUITE("admin trace") {
  TEST_CASE_FIXTURE(traced_node, "a trace begins at once, as an event stream") {
    const auto box = asks_for("/trace?user=alice&app=main");
    CHECK(box->is_held());
    REQUIRE(box->heads.size() == 1);
    CHECK(box->heads[0].status == 200);
    CHECK(box->heads[0].content_type == "text/event-stream");
    CHECK(box->heads[0].fields.front().name == "Cache-Control");
    CHECK(box->heads[0].fields.front().value == "no-store");
    CHECK(box->body == ": begun\n\n");
    CHECK_FALSE(box->ended);
    CHECK(box->answers.empty());
  }

  TEST_CASE_FIXTURE(traced_node, "events come from all homes as they happen") {
    const auto box = traces("user=alice&app=main");
    const auto second = client_on(0, "alice");
    alice.says("SUBSCRIBE news");
    CHECK(words(box)
          == std::vector<std::string>{"connect", "attach", "subscribe"});
    rapidjson::Document event;
    const auto all = data(box, "trace");
    event.Parse(all.back());
    CHECK(event["actor"].GetUint64() == alice.actor().id());
    CHECK(event["kind"].GetString() == "connection"s);
    CHECK(event["name"].GetString() == "alice"s);
    CHECK(event["home"].GetUint64() == 1);
    CHECK(event["subject"].GetString() == "news"s);
    CHECK(event.HasMember("at"));
    CHECK_FALSE(event.HasMember("payload"));
    CHECK_FALSE(event.HasMember("missed"));
  }

  TEST_CASE_FIXTURE(traced_node, "a payload is told if it is asked for") {
    const auto box = traces("connection=" + std::to_string(alice.actor().id())
                            + "&payload=true");
    send("alice", "line\nbreak \"quoted\"");
    const auto all = data(box, "trace");
    REQUIRE(all.size() == 1);
    CHECK(all[0].find("\"payload\": \"line\\nbreak \\\"quoted\\\"\"")
          != std::string::npos);
    CHECK(all[0].find('\n') == std::string::npos);
  }

  TEST_CASE_FIXTURE(traced_node, "it ends at its time, and says so") {
    const auto box = traces("user=alice&app=main&seconds=3");
    advance(2900ms);
    CHECK_FALSE(box->ended);
    advance(200ms);
    CHECK(box->ended);
    CHECK(data(box, "end").size() == 1);
    CHECK(box->body.find("event: end") > box->body.find(": begun"));
    CHECK_FALSE(box->is_held());
    CHECK_FALSE(anybody_looks_on());
    const auto told = box->body.size();
    send("alice", "x");
    CHECK(box->body.size() == told);
  }

  TEST_CASE_FIXTURE(traced_node, "it ends when its client goes") {
    const auto box = traces("user=alice&app=main");
    CHECK(anybody_looks_on());
    box->goes();
    run();
    CHECK_FALSE(anybody_looks_on());
    const auto told = box->body.size();
    send("alice", "x");
    advance(100s);
    CHECK(box->body.size() == told);
    CHECK_FALSE(box->ended);
  }

  TEST_CASE_FIXTURE(traced_node, "what a client does not take is counted") {
    const auto box = traces("connection=" + std::to_string(alice.actor().id()));
    box->takes_all = false;
    send("alice", "first"); // is taken with the call that says so
    for (int i = 0; i < 5; ++i)
      send("alice", "x");
    CHECK(data(box, "trace").size() == 1);
    box->takes_all = true;
    box->drains();
    send("alice", "later");
    send("alice", "last");
    const auto all = data(box, "trace");
    REQUIRE(all.size() == 3);
    CHECK(all[1].find("\"missed\": 5") != std::string::npos);
    CHECK(all[2].find("missed") == std::string::npos);
  }

  TEST_CASE_FIXTURE(traced_node, "what came too fast is counted as well") {
    const auto box = traces("connection=" + std::to_string(alice.actor().id()));
    for (std::size_t i = 0; i < tracer::events_per_second + 7; ++i)
      send("alice", "x");
    CHECK(data(box, "trace").size() == tracer::events_per_second);
    advance(1s);
    send("alice", "x");
    CHECK(data(box, "trace").back().find("\"missed\": 7") != std::string::npos);
  }

  TEST_CASE_FIXTURE(traced_node, "eight traces are the most") {
    std::vector<answer_box> all;
    for (std::size_t i = 0; i < tracer::max_traces; ++i)
      all.push_back(traces("user=alice&app=main"));
    const auto refused = traces("user=alice&app=main");
    REQUIRE(refused->answers.size() == 1);
    CHECK(refused->answers[0].status == 503);
    CHECK_FALSE(refused->is_held());
    all.front()->goes();
    run();
    const auto next = traces("user=alice&app=main");
    CHECK(next->is_held());
    send("alice", "x");
    CHECK(words(next).size() == 2);
    CHECK(words(all.back()).size() == 2);
  }

  TEST_CASE_FIXTURE(traced_node, "a bad query begins nothing") {
    for (const char* query :
         {"", "user=alice", "user=alice&app=main&seconds=0", "connection=x",
          "user=alice&channel=news&app=main"}) {
      CAPTURE(query);
      const auto box = traces(query);
      REQUIRE(box->answers.size() == 1);
      CHECK(box->answers[0].status == 400);
      CHECK(box->heads.empty());
    }
    CHECK_FALSE(anybody_looks_on());
  }

  TEST_CASE_FIXTURE(traced_node, "the end of the server ends it") {
    const auto box = traces("user=alice&app=main");
    desk().ref().retire();
    run();
    CHECK(box->ended);
    CHECK_FALSE(box->is_held());
  }

  TEST_CASE_FIXTURE(traced_node, "who looks on takes no room from questions") {
    for (std::size_t i = 0; i < tracer::max_traces; ++i)
      traces("user=alice&app=main");
    std::vector<answer_box> waiting;
    for (std::size_t i = 0; i < admin::max_waiting; ++i)
      waiting.push_back(asks_for("/stats"));
    run();
    for (const auto& each : waiting) {
      REQUIRE(each->answered());
      CHECK(each->answers.front().status == 200);
    }
  }
}
