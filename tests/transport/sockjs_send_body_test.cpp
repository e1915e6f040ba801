#include "transport/sockjs/send_body.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace thunderpush::sockjs;

namespace {

using messages = std::vector<std::string>;

constexpr std::size_t limit = 100;
constexpr std::string_view form = "application/x-www-form-urlencoded";

messages messages_of(const send_body& read) {
  REQUIRE(std::holds_alternative<messages>(read));
  return std::get<messages>(read);
}

// Status and text.
std::string refusal_of(const send_body& read) {
  REQUIRE(std::holds_alternative<send_error>(read));
  const auto& error = std::get<send_error>(read);
  return std::to_string(error.status) + " " + std::string{error.text};
}

messages xhr(std::string_view body) {
  return messages_of(read_xhr_send(body, limit));
}

std::string xhr_refusal(std::string_view body) {
  return refusal_of(read_xhr_send(body, limit));
}

messages jsonp(std::string_view body, std::string_view type = form) {
  return messages_of(read_jsonp_send(body, type, limit));
}

std::string jsonp_refusal(std::string_view body, std::string_view type = form) {
  return refusal_of(read_jsonp_send(body, type, limit));
}

} // namespace

TEST_SUITE("SockJS send body") {
  TEST_CASE("an array of strings is its messages, in order") {
    CHECK(xhr(R"(["a"])") == messages{"a"});
    CHECK(xhr(R"( [ "a" , "b", "" , "a" ] )") == messages{"a", "b", "", "a"});
    CHECK(xhr("[]") == messages{});
    CHECK(xhr(R"(["\u0041\n\ud83d\ude00"])")
          == messages{"A\n\xF0\x9F\x98\x80"});
    CHECK(xhr(R"(["\udc00"])") == messages{"\xEF\xBF\xBD"});
    CHECK(xhr(R"(["{\"a\": [1]}"])") == messages{R"({"a": [1]})"});
  }

  TEST_CASE("without a body a payload is expected") {
    CHECK(xhr_refusal("") == "500 Payload expected.\n");
  }

  TEST_CASE("what is no JSON is broken") {
    for (const auto* const body :
         {R"(["a)", R"(["a")", "[", "x", R"(["a"] ["b"])", "[\"\xFF\"]", " ",
          R"(['a'])", R"(["a",])", "\xEF\xBB\xBF[]"}) {
      CAPTURE(body);
      CHECK(xhr_refusal(body) == "500 Broken JSON encoding.\n");
    }
    CHECK(xhr_refusal(std::string(1000, '[')) == "500 Broken JSON encoding.\n");
  }

  TEST_CASE("what is no array is no payload") {
    for (const auto* const body :
         {R"("a")", "{}", R"({"a":"b"})", "1", "null"}) {
      CAPTURE(body);
      CHECK(xhr_refusal(body) == "500 Payload expected.\n");
    }
  }

  TEST_CASE("an element that is no string fails them all") {
    for (const auto* const body :
         {R"(["a",1])", R"([["a"]])", R"([null,"a"])", R"([{"a":"b"}])"}) {
      CAPTURE(body);
      CHECK(xhr_refusal(body)
            == "500 Payload expected: an array of strings.\n");
    }
  }

  TEST_CASE("a message has a limit, whatever the others do") {
    const auto largest = "\"" + std::string(limit, 'x') + "\"";
    const auto larger = "\"" + std::string(limit + 1, 'x') + "\"";
    CHECK(xhr("[" + largest + "," + largest + "]").size() == 2);
    CHECK(xhr_refusal("[" + larger + "]") == "413 A message is too large.\n");
    CHECK(xhr_refusal("[\"a\"," + larger + ",\"b\"]")
          == "413 A message is too large.\n");
    // Its bytes count once they are decoded.
    std::string escaped = "\"";
    for (std::size_t i = 0; i < limit; ++i)
      escaped += "\\u0041";
    CHECK(xhr("[" + escaped + "\"]") == messages{std::string(limit, 'A')});
  }

  TEST_CASE("a form has the messages in its field d") {
    CHECK(jsonp("d=%5B%22a%22%5D") == messages{"a"});
    CHECK(jsonp("d=[\"a+b\"]") == messages{"a b"});
    CHECK(jsonp("d=[\"a%2Bb\"]") == messages{"a+b"});
    CHECK(jsonp("x=1&d=[\"a\"]&y=2") == messages{"a"});
    CHECK(jsonp("d=[\"%25%26%3D\"]") == messages{"%&="});
    CHECK(jsonp("d=[\"%C3%A9\"]") == messages{"\xC3\xA9"});
    CHECK(jsonp("d=[]") == messages{});
  }

  TEST_CASE("a content type may have parameters, and any case") {
    for (const auto* const type :
         {"application/x-www-form-urlencoded; charset=UTF-8",
          "application/x-www-form-urlencoded;charset=UTF-8",
          "application/x-www-form-urlencoded ; a=b; c=d",
          "Application/X-WWW-Form-URLEncoded"}) {
      CAPTURE(type);
      CHECK(jsonp("d=%5B%22a%22%5D", type) == messages{"a"});
    }
  }

  TEST_CASE("any other content type leaves the body as it is") {
    for (const auto* const type :
         {"", "text/plain", "application/json", "form", ";",
          "application/x-www-form-urlencodedx", "application/x-www-form"}) {
      CAPTURE(type);
      CHECK(jsonp(R"(["%61+"])", type) == messages{"%61+"});
      CHECK(jsonp_refusal("d=%5B%22a%22%5D", type)
            == "500 Broken JSON encoding.\n");
      CHECK(jsonp_refusal("", type) == "500 Payload expected.\n");
    }
  }

  TEST_CASE("a form without the field, or with an empty one, has no payload") {
    for (const auto* const body : {"", "d", "d=", "x=[]", "D=[]", "dd=[]"}) {
      CAPTURE(body);
      CHECK(jsonp_refusal(body) == "500 Payload expected.\n");
    }
    CHECK(jsonp_refusal("d=[\"a") == "500 Broken JSON encoding.\n");
    CHECK(jsonp_refusal("d=\"a\"") == "500 Payload expected.\n");
    CHECK(jsonp_refusal("d=[1]")
          == "500 Payload expected: an array of strings.\n");
    CHECK(jsonp_refusal("d=[\"" + std::string(limit + 1, 'x') + "\"]")
          == "413 A message is too large.\n");
  }
}
