#include "tests/load/rest_api.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

TEST_SUITE("REST API") {
  TEST_CASE("a count is read only if every byte is as specified") {
    CHECK(parse_count("{\"count\": 10000}\n") == 10'000);
    for (const std::string_view wrong :
         {"{\"count\": 1}", "{\"count\":1}\n", "{\"count\": }\n",
          "{\"count\": 1x}\n", "{\"count\": -1}\n", ""}) {
      CAPTURE(wrong);
      CHECK_FALSE(parse_count(wrong));
    }
  }

  TEST_CASE("a user is online, is not, or the answer is no answer") {
    CHECK(parse_online("{\"online\": true}\n") == true);
    CHECK(parse_online("{\"online\": false}\n") == false);
    CHECK_FALSE(parse_online("{\"online\": 1}\n"));
    CHECK_FALSE(parse_online("{\"online\": true}"));
  }

  TEST_CASE("a list of users is read only if every byte is as specified") {
    CHECK(parse_users("{\"users\": []}\n")->empty());
    const auto two = parse_users("{\"users\": [\"a\", \"b\"]}\n");
    REQUIRE(two);
    CHECK(*two == std::vector<std::string>{"a", "b"});
    for (const std::string_view wrong :
         {"{\"users\": [\"a\",\"b\"]}\n", "{\"users\": [\"a]}\n",
          "{\"users\": [a]}\n", "{\"users\": [\"a\"]}", ""}) {
      CAPTURE(wrong);
      CHECK_FALSE(parse_users(wrong));
    }
  }

  TEST_CASE("a request carries the secret and the length of its body") {
    const rest_api requests{{0x7f000001, 80}, {"public", "secret"}};
    CHECK(requests.post_to_channel("c", "[1]")
          == "POST /api/1.0.0/public/channels/c/ HTTP/1.1\r\n"
             "Host: 127.0.0.1:80\r\n"
             "X-Thunder-Secret-Key: secret\r\n"
             "Content-Type: application/json\r\n"
             "Content-Length: 3\r\n\r\n[1]");
    CHECK(requests.count_users().starts_with(
      "GET /api/1.0.0/public/users/ HTTP/1.1\r\n"));
  }
}
