#include "ctl/requests.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

namespace {

const listener front{{"127.0.0.1", 8080}, listener_kind::front};
const listener admin{{"127.0.0.1", 8081}, listener_kind::admin};

std::string refused(const listener& peer, unsigned status, std::string body) {
  const auto read = read_answer(peer, http_answer{status, std::move(body), {}});
  REQUIRE(std::holds_alternative<failure>(read));
  CHECK(std::get<failure>(read).status == exit_code::failed);
  return std::get<failure>(read).message;
}

} // namespace

TEST_SUITE("requests") {
  TEST_CASE("a request of the REST API has escaped names and the secret") {
    const app_settings app{"main", "a/key", "the-secret"};
    const auto request
      = rest_request(app, http_verb::post, user_path("a b"), "1");
    CHECK(request.target() == "/api/1.0.0/a%2Fkey/users/a%20b/");
    CHECK(request["X-Thunder-Secret-Key"] == "the-secret");
    CHECK(request.body() == "1");
  }

  TEST_CASE("the admin endpoint is shown the token if there is one") {
    target server;
    CHECK(admin_request(server, "/stats").count("Authorization") == 0);
    server.admin_token = "a-token-of-16-ch";
    CHECK(admin_request(server, "/stats")["Authorization"]
          == "Bearer a-token-of-16-ch");
  }

  TEST_CASE("an answer is read as JSON, and an empty one is null") {
    const auto read
      = read_answer(front, http_answer{200, R"({"count": 3})", {}});
    REQUIRE(std::holds_alternative<json_document>(read));
    CHECK(count_of(std::get<json_document>(read), "count") == 3);
    const auto empty = read_answer(front, http_answer{204, "", {}});
    REQUIRE(std::holds_alternative<json_document>(empty));
    CHECK(std::get<json_document>(empty).IsNull());
  }

  TEST_CASE("an answer that is not JSON comes from somebody else") {
    CHECK(refused(front, 200, "<html>").find("not JSON") != std::string::npos);
  }

  TEST_CASE("a refusal says where, what, and what to do") {
    CHECK(refused(front, 401, R"({"message": "Wrong API key/secret."})")
          == "127.0.0.1:8080 answered 401: Wrong API key/secret. Look at --key "
             "and --secret, or at [app.NAME] of the configuration");
    CHECK(refused(admin, 401, "")
          == "127.0.0.1:8081 answered 401. Give its token in "
             "THUNDERPUSH_ADMIN__TOKEN or --admin-token");
    CHECK(refused(front, 500, R"({"message": "Oh"})")
          == "127.0.0.1:8080 answered 500: Oh");
  }

  TEST_CASE("a server that is not well says what it lacks") {
    CHECK(refused(admin, 503, R"({"status": "x", "silent_homes": [0, 2]})")
          == "127.0.0.1:8081 answered 503; silent_homes: [0,2]");
    CHECK(refused(admin, 503, R"({"status": "x", "reasons": ["drain"]})")
          == R"(127.0.0.1:8081 answered 503; reasons: ["drain"])");
  }

  TEST_CASE("what a refusal says cannot steer the terminal") {
    const auto text = refused(front, 500, R"({"message": "\u001b[2J"})");
    CHECK(text.find('\x1B') == std::string::npos);
  }
}

} // namespace thunderpush::ctl
