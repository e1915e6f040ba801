#include "transport/sockjs/answer_headers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;
using sockjs::answer_headers;

namespace {

using fields = std::vector<http_field>;
using lines = std::vector<std::string>;

http_request request_with(const fields& all) {
  http_request made;
  made.method = "GET";
  made.target = "/";
  made.fields = all;
  return made;
}

// The fields of an answer, each as a line.
lines lines_of(const answer_headers& headers) {
  lines all;
  for (const auto& each : headers.answer(200, {}).fields)
    all.push_back(std::string{each.name} + ": " + std::string{each.value});
  return all;
}

lines for_origin(const fields& asked) {
  answer_headers headers;
  headers.allow_origin(request_with(asked));
  return lines_of(headers);
}

lines for_cookie(const fields& asked) {
  answer_headers headers;
  headers.return_cookie(request_with(asked));
  return lines_of(headers);
}

} // namespace

TEST_SUITE("SockJS answer headers") {
  TEST_CASE("there are none unless asked for") {
    const auto made = answer_headers{}.answer(404, "text/plain", "body");
    CHECK(made.status == 404);
    CHECK(made.content_type == "text/plain");
    CHECK(made.body == "body");
    CHECK(made.fields.empty());
  }

  TEST_CASE("without an origin anybody may read, without credentials") {
    CHECK(for_origin({})
          == lines{"Vary: Origin", "Access-Control-Allow-Origin: *"});
  }

  TEST_CASE("an origin may read, with credentials") {
    for (const auto* const origin : {"http://page.example", "null", "x"}) {
      CAPTURE(origin);
      CHECK(for_origin({{"Origin", origin}})
            == lines{"Vary: Origin",
                     "Access-Control-Allow-Origin: " + std::string{origin},
                     "Access-Control-Allow-Credentials: true"});
    }
  }

  TEST_CASE("the headers that a page asks for are allowed") {
    CHECK(for_origin({{"access-control-request-headers", "a, b"}})
          == lines{"Vary: Origin", "Access-Control-Allow-Origin: *",
                   "Access-Control-Allow-Headers: a, b"});
    CHECK(for_origin({{"Access-Control-Request-Headers", ""}})
          == lines{"Vary: Origin", "Access-Control-Allow-Origin: *"});
  }

  TEST_CASE("without a cookie there is a dummy") {
    for (const auto* const cookies :
         {"", "a=b", "XJSESSIONID=x", "JSESSIONIDX=x", "jsessionid=x",
          "JSESSIONID=", "JSESSIONID", "a=JSESSIONID=x", ";;", " "}) {
      CAPTURE(cookies);
      CHECK(for_cookie({{"Cookie", cookies}})
            == lines{"Set-Cookie: JSESSIONID=dummy; path=/"});
    }
    CHECK(for_cookie({}) == lines{"Set-Cookie: JSESSIONID=dummy; path=/"});
  }

  TEST_CASE("the client's cookie is returned") {
    for (const auto* const cookies :
         {"JSESSIONID=abc", "a=b; JSESSIONID=abc", "a=b;JSESSIONID=abc;c=d",
          " JSESSIONID=abc", "JSESSIONID=abc; JSESSIONID=other",
          "a;  JSESSIONID=abc"}) {
      CAPTURE(cookies);
      CHECK(for_cookie({{"Cookie", cookies}})
            == lines{"Set-Cookie: JSESSIONID=abc; path=/"});
    }
    CHECK(for_cookie({{"Cookie", "JSESSIONID=a=b"}})
          == lines{"Set-Cookie: JSESSIONID=a=b; path=/"});
  }

  TEST_CASE("they outlive the request") {
    answer_headers headers;
    {
      std::string origin = "http://page.example/of/some/length";
      std::string cookie = "JSESSIONID=a cookie of some length, too";
      const fields all{{"Origin", origin}, {"Cookie", cookie}};
      headers.allow_origin(request_with(all));
      headers.return_cookie(request_with(all));
      std::fill(origin.begin(), origin.end(), '!');
      std::fill(cookie.begin(), cookie.end(), '!');
    }
    CHECK(lines_of(headers)
          == lines{
            "Vary: Origin",
            "Access-Control-Allow-Origin: http://page.example/of/some/length",
            "Access-Control-Allow-Credentials: true",
            "Set-Cookie: JSESSIONID=a cookie of some length, too; path=/"});
  }

  TEST_CASE("a year from now is a date in GMT") {
    CHECK(sockjs::a_year_from_now().size()
          == std::string_view{"Sun, 06 Nov 1994 08:49:37 GMT"}.size());
    CHECK(sockjs::a_year_from_now().ends_with(" GMT"));
  }

  TEST_CASE("frames are for pages of the permitted origins") {
    CHECK(sockjs::frame_ancestors({false, {"https://a.b", "http://c:81"}})
          == "frame-ancestors https://a.b http://c:81");
    CHECK(sockjs::frame_ancestors({false, {"null", "https://a.b"}})
          == "frame-ancestors https://a.b");
    CHECK(sockjs::frame_ancestors({false, {"null"}})
          == "frame-ancestors 'none'");
  }
}
