#include "api/rest_answers.hpp"

#include "encoding/json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;

namespace {

// All values of a field, in brackets: a field that is missing or repeated
// shows.
std::string values_of(const http_response& response, std::string_view name) {
  std::string values;
  for (const http_field& field : response.fields) {
    if (field.name == name)
      values += '[' + std::string(field.value) + ']';
  }
  for (auto rest = response.constant_fields; !rest.empty();) {
    const auto line = rest.substr(0, rest.find("\r\n"));
    REQUIRE(line.size() < rest.size());
    rest.remove_prefix(line.size() + 2);
    if (line.starts_with(std::string(name) + ": "))
      values += '[' + std::string(line.substr(name.size() + 2)) + ']';
  }
  return values;
}

std::vector<http_response> all_answers() {
  const std::vector<std::string> users{"u"};
  return {
    count_answer(1),
    online_answer(true),
    users_answer(users),
    disconnected_answer(),
    permissions_answer(),
    error_answer(rest_error::wrong_credentials),
    error_answer(rest_error::body_not_json),
    error_answer(rest_error::body_too_large),
    error_answer(rest_error::too_busy),
    error_answer(rest_error::too_fast),
    detail_answer({1, 2, 3, 4}),
    error_answer(rest_error::internal),
    error_answer(route_error(unknown_path{})),
    error_answer(route_error(method_not_allowed{"GET"})),
    error_answer(route_error(bad_name{})),
  };
}

std::string users_body(const std::vector<std::string>& users) {
  return users_answer(users).body;
}

} // namespace

TEST_SUITE("REST answer") {
  TEST_CASE("a delivery in detail has four members") {
    CHECK(detail_answer({}).body
          == "{\"count\": 0, \"queued\": 0, \"dropped\": 0, \"slow\": 0}\n");
    const auto answer = detail_answer({40, 3, 20, 1});
    CHECK(answer.status == 200);
    CHECK(answer.body
          == "{\"count\": 40, \"queued\": 3, \"dropped\": 20, \"slow\": 1}\n");
  }

  TEST_CASE("who is too fast is told when to try again") {
    const auto answer = error_answer(rest_error::too_fast);
    CHECK(answer.status == 429);
    CHECK(values_of(answer, "Retry-After") == "[1]");
  }

  TEST_CASE("a count is one member, with a blank and a newline") {
    CHECK(count_answer(0).status == 200);
    CHECK(count_answer(0).body == "{\"count\": 0}\n");
    CHECK(count_answer(12345).body == "{\"count\": 12345}\n");
    CHECK(count_answer(std::numeric_limits<std::uint64_t>::max()).body
          == "{\"count\": 18446744073709551615}\n");
  }

  TEST_CASE("a user is online or not") {
    CHECK(online_answer(true).status == 200);
    CHECK(online_answer(true).body == "{\"online\": true}\n");
    CHECK(online_answer(false).status == 200);
    CHECK(online_answer(false).body == "{\"online\": false}\n");
  }

  TEST_CASE("the users of a channel are a list, in the order given") {
    CHECK(users_answer({}).status == 200);
    CHECK(users_body({}) == "{\"users\": []}\n");
    CHECK(users_body({"u1"}) == "{\"users\": [\"u1\"]}\n");
    CHECK(users_body({"u1", "u2"}) == "{\"users\": [\"u1\", \"u2\"]}\n");
    CHECK(users_body({"b", "a", "b", ""})
          == "{\"users\": [\"b\", \"a\", \"b\", \"\"]}\n");
  }

  TEST_CASE("user ids are escaped to ASCII, with surrogate pairs") {
    CHECK(users_body({"\xc5\xbc", "\xf0\x9f\x98\x80", "a\"b\\/\n"})
          == "{\"users\": [\"\\u017c\", \"\\ud83d\\ude00\", "
             "\"a\\\"b\\\\/\\n\"]}\n");
  }

  TEST_CASE("a DELETE is answered by 204 without body and content type") {
    CHECK(disconnected_answer().status == 204);
    CHECK(disconnected_answer().body.empty());
    CHECK(disconnected_answer().content_type.empty());
  }

  TEST_CASE("OPTIONS is answered by an empty 200") {
    CHECK(permissions_answer().status == 200);
    CHECK(permissions_answer().body.empty());
  }

  TEST_CASE("an unknown key, a missing or a wrong secret is 401") {
    const auto response = error_answer(rest_error::wrong_credentials);
    CHECK(response.status == 401);
    CHECK(response.body
          == "{\"message\": \"Wrong API key/secret.\", \"status\": 401}\n");
  }

  TEST_CASE("a body that is not JSON is 400") {
    const auto response = error_answer(rest_error::body_not_json);
    CHECK(response.status == 400);
    CHECK(response.body
          == "{\"message\": \"Request body is not valid JSON.\", "
             "\"status\": 400}\n");
  }

  TEST_CASE("a name that is not UTF-8 is 400 with a JSON error") {
    const auto response = error_answer(route_error(bad_name{}));
    CHECK(response.status == 400);
    CHECK(response.body.ends_with(", \"status\": 400}\n"));
  }

  TEST_CASE("an unknown path is 404") {
    CHECK(error_answer(route_error(unknown_path{})).status == 404);
  }

  TEST_CASE("a method the path does not have is 405 with Allow") {
    const auto response
      = error_answer(route_error(method_not_allowed{"GET, OPTIONS"}));
    CHECK(response.status == 405);
    CHECK(values_of(response, "Allow") == "[GET, OPTIONS]");
  }

  TEST_CASE("a body above the limit is 413") {
    CHECK(error_answer(rest_error::body_too_large).status == 413);
  }

  TEST_CASE("a server with full queues says 429 and when to try again") {
    const auto response = error_answer(rest_error::too_busy);
    CHECK(response.status == 429);
    CHECK(values_of(response, "Retry-After") == "[1]");
  }

  TEST_CASE("an unexpected failure is 500 with a JSON error") {
    const auto response = error_answer(rest_error::internal);
    CHECK(response.status == 500);
    CHECK(response.body
          == "{\"message\": \"Internal server error.\", \"status\": 500}\n");
  }

  TEST_CASE("every answer lets pages of any origin send JSON and a secret") {
    for (const http_response& response : all_answers()) {
      CAPTURE(response.status);
      CHECK(values_of(response, "Access-Control-Allow-Origin") == "[*]");
      CHECK(values_of(response, "Access-Control-Allow-Headers")
            == "[X-Thunder-Secret-Key, Content-Type]");
      CHECK(values_of(response, "Access-Control-Allow-Methods")
            == "[GET, POST, DELETE]");
    }
  }

  TEST_CASE("every body is JSON of ASCII and says so") {
    for (const http_response& response : all_answers()) {
      CAPTURE(response.status);
      CHECK(response.body.empty() == response.content_type.empty());
      if (response.body.empty())
        continue;
      CHECK(response.content_type == "application/json; charset=UTF-8");
      CHECK(response.body.ends_with("}\n"));
      CHECK_FALSE(check_json(response.body));
    }
  }

  TEST_CASE("only the answers that need them have further fields") {
    for (const http_response& response : all_answers()) {
      CAPTURE(response.status);
      CHECK(values_of(response, "Allow").empty() == (response.status != 405));
      CHECK(values_of(response, "Retry-After").empty()
            == (response.status != 429));
    }
  }
}
