#include "tests/api/admin_node.hpp"

#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::string_literals;

namespace {

struct guarded_node : admin_node {
  guarded_node() : admin_node({}, "s3cret") {}

  unsigned status_with(std::string_view authorization, std::string_view target,
                       std::string_view method = "GET") {
    const std::vector<http_field> fields{{"Host", "status.example"},
                                         {"Authorization", authorization}};
    http_request request;
    request.method = method;
    request.target = target;
    request.fields = fields;
    const auto box = std::make_shared<recording_responder>();
    desk().handle(request, box);
    run();
    REQUIRE(box->answers.size() == 1);
    return box->answers.front().status;
  }
};

} // namespace

TEST_SUITE("admin process") {
  TEST_CASE_FIXTURE(admin_node, "options in effect are told, but for secrets") {
    process.settings = {{"server.port", "8080", "default"},
                        {"app.main.secret", std::nullopt, "etc/x.conf:7"}};
    const auto answer = answer_to("/config");
    CHECK(answer.body
          == "{\"options\": [{\"option\": \"server.port\", \"value\": "
             "\"8080\", \"source\": \"default\"}, {\"option\": "
             "\"app.main.secret\", \"value\": null, \"source\": "
             "\"etc/x.conf:7\"}]}\n");
  }

  TEST_CASE_FIXTURE(admin_node, "a reload is answered once it is done") {
    const auto box = asks_for("/reload", "POST");
    run();
    CHECK_FALSE(box->answered());
    REQUIRE(process.reloads.size() == 1);
    process.reloads[0](
      process_control::reloaded{{"limits.queue"}, {"server.port"}});
    REQUIRE(box->answers.size() == 1);
    CHECK(box->answers[0].status == 200);
    CHECK(box->answers[0].body
          == "{\"changed\": [\"limits.queue\"], \"restart_needed\": "
             "[\"server.port\"]}\n");
  }

  TEST_CASE_FIXTURE(admin_node, "a configuration that is bad is answered 422") {
    const auto box = asks_for("/reload", "POST");
    process.reloads.at(0)("x.conf:3: no \"such\" option");
    REQUIRE(box->answers.size() == 1);
    CHECK(box->answers[0].status == 422);
    CHECK(box->answers[0].body
          == "{\"message\": \"x.conf:3: no \\\"such\\\" option\", \"status\": "
             "422}\n");
  }

  TEST_CASE_FIXTURE(admin_node, "only POST reloads, and without parameters") {
    CHECK(answer_to("/reload").status == 405);
    CHECK(answer_to("/reload?x=1", "POST").status == 400);
    CHECK(process.reloads.empty());
  }

  TEST_CASE_FIXTURE(admin_node, "ready is who has no reason not to be") {
    const auto alice = client("alice");
    const auto bob = client("bob");
    CHECK(answer_to("/ready").body == "{\"status\": \"ready\"}\n");
    CHECK(process.seen_connections == 2);
    process.reasons = {"draining", "full"};
    const auto answer = answer_to("/ready");
    CHECK(answer.status == 503);
    CHECK(answer.body
          == "{\"status\": \"not ready\", \"reasons\": [\"draining\", "
             "\"full\"]}\n");
  }

  TEST_CASE_FIXTURE(guarded_node, "whoever watches over it needs no token") {
    CHECK(status_with("", "/health") == 200);
    CHECK(status_with("", "/ready") == 200);
    CHECK(status_with("Bearer wrong", "/health") == 200);
  }

  TEST_CASE_FIXTURE(guarded_node, "all else needs the token") {
    for (const char* path :
         {"/actors", "/actors/1", "/connections", "/connections/closed",
          "/channels", "/users", "/homes", "/stats", "/config", "/log-level",
          "/metrics", "/trace?connection=1", "/no-such-path"}) {
      CAPTURE(path);
      CHECK(status_with("", path) == 401);
      CHECK(status_with("Bearer wrong", path) == 401);
    }
    CHECK(status_with("", "/reload", "POST") == 401);
    CHECK(status_with("", "/actors", "POST") == 401);
    CHECK(status_with("", "/users/a?app=main", "DELETE") == 401);
    CHECK(process.reloads.empty());
    CHECK(status_with("Bearer s3cret", "/stats") == 200);
    CHECK(status_with("Bearer s3cret", "/no-such-path") == 404);
  }

  TEST_CASE_FIXTURE(guarded_node, "who is refused is told how to ask") {
    const auto answer = answer_to("/stats");
    CHECK(answer.status == 401);
    CHECK(answer.fields.back().name == "WWW-Authenticate");
    CHECK(answer.fields.back().value == "Bearer");
  }

  TEST_CASE_FIXTURE(admin_node, "a strange Host or Origin is answered 403") {
    const auto status
      = [this](std::string_view method, const std::vector<http_field>& sent) {
          http_request request;
          request.method = method;
          request.target = "/log-level";
          request.body = R"({"level": "off"})";
          request.fields = sent;
          const auto box = std::make_shared<recording_responder>();
          desk().handle(request, box);
          REQUIRE(box->answers.size() == 1);
          return box->answers.front().status;
        };
    CHECK(status("GET", {{"Host", "rebound.example"}}) == 403);
    CHECK(status("GET", {}) == 403);
    CHECK(status("PUT", {{"Host", "localhost:9090"},
                         {"Origin", "http://evil.example"}})
          == 403);
    CHECK(status("GET", {{"Host", "localhost:9090"},
                         {"Origin", "http://evil.example"}})
          == 200);
    CHECK(status("PUT", {{"Host", "localhost:9090"},
                         {"Origin", "http://localhost:9090"}})
          == 200);
  }
}
