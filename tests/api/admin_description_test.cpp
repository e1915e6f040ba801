#include "tests/api/admin_node.hpp"
#include "tests/api/described_answer.hpp"

#include <string>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

// A node with something of everything.
struct populated_node : admin_node {
  populated_node() : admin_node(limits()) {
    alice.says("SUBSCRIBE news:sport");
    bob.says("SUBSCRIBE news");
    publish("news", "hello");
    alice.takes_only(0);
    publish("news", "waits");
    client_on(0, "gone").leaves();
    visitor_on(1).leaves();
    process.settings = {{"server.port", "8080", "default"},
                        {"app.main.secret", std::nullopt, "FILE:3"}};
  }

  static limit_settings limits() {
    limit_settings made;
    made.queue_age = 1h;
    return made;
  }

  // What is not as described in the answer to a request of a path, whose
  // parameters are in braces.
  std::string complaint(const std::string& path, const std::string& target,
                        const std::string& method = "GET",
                        std::string_view body = {}) {
    const auto answer = answer_to(target, method, body);
    CAPTURE(answer.body);
    rapidjson::Document parsed;
    parsed.Parse(answer.body);
    if (parsed.HasParseError())
      return "no JSON";
    auto lower = method;
    for (auto& each : lower)
      each = static_cast<char>(each | 0x20);
    return described.complaint(path, lower, answer.status, parsed);
  }

  std::string complaint(const std::string& path) {
    return complaint(path, path);
  }

  const api_description described;
  test_client alice = client_on(0, "alice");
  test_client bob = client_on(1, "bob");
  test_client stranger = visitor_on(0);
};

} // namespace

TEST_SUITE("admin description") {
  TEST_CASE_FIXTURE(populated_node, "each answer is as openapi.json says") {
    REQUIRE(described.is_valid());
    for (const char* path :
         {"/openapi.json", "/actors", "/connections", "/connections/closed",
          "/channels", "/users", "/homes", "/stats", "/config", "/log-level",
          "/health", "/ready"}) {
      CAPTURE(path);
      CHECK(complaint(path) == "");
    }
    CHECK(json("/connections")["connections"].Size() == 3);
    CHECK(json("/connections/closed")["closed"].Size() == 2);
    CHECK(json("/channels")["channels"].Size() == 2);
    CHECK(json("/users")["users"].Size() == 2);
  }

  TEST_CASE_FIXTURE(populated_node, "each actor is as openapi.json says") {
    const auto all = json("/actors");
    CHECK(all["actors"].Size() > 10);
    for (const auto& each : all["actors"].GetArray()) {
      CAPTURE(each["kind"].GetString());
      const auto id = std::to_string(each["id"].GetUint64());
      CHECK(complaint("/actors/{id}", "/actors/" + id) == "");
    }
  }

  TEST_CASE_FIXTURE(populated_node, "each control is as openapi.json says") {
    const auto id = std::to_string(bob.actor().id());
    CHECK(complaint("/connections/{id}", "/connections/" + id, "DELETE") == "");
    CHECK(complaint("/channels/{name}", "/channels/news?app=main", "DELETE")
          == "");
    CHECK(complaint("/users/{name}", "/users/alice?app=main", "DELETE") == "");
    CHECK(complaint("/log-level", "/log-level", "PUT", R"({"level": "off"})")
          == "");
  }

  TEST_CASE_FIXTURE(populated_node, "each refusal is as openapi.json says") {
    CHECK(complaint("/actors/{id}", "/actors/999999") == "");
    CHECK(complaint("/connections/{id}", "/connections/999999", "DELETE")
          == "");
    CHECK(complaint("/channels/{name}", "/channels/x?app=main", "DELETE")
          == "");
    CHECK(complaint("/users/{name}", "/users/x?app=main", "DELETE") == "");
    for (const char* path : {"/actors", "/connections", "/connections/closed",
                             "/channels", "/users", "/homes", "/stats",
                             "/config", "/log-level", "/metrics", "/trace"}) {
      CAPTURE(path);
      CHECK(complaint(path, std::string{path} + "?nonsense") == "");
    }
    process.reasons = {"full"};
    CHECK(complaint("/ready") == "");
  }

  TEST_CASE("a description that does not fit is noticed") {
    const api_description described;
    const auto complaint = [&described](const char* body) {
      rapidjson::Document parsed;
      parsed.Parse(body);
      return described.complaint("/ready", "get", 200, parsed);
    };
    CHECK(complaint(R"({"status": "ready"})") == "");
    CHECK(complaint(R"({"status": "set"})") != "");
    CHECK(complaint(R"({"status": 1})") != "");
    CHECK(complaint(R"({})") != "");
    CHECK(complaint(R"([])") != "");
    CHECK(complaint(R"({"status": "ready", "more": 1})") != "");
  }
}
