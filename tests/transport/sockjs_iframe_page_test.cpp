#include "transport/sockjs/iframe_page.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;
using sockjs::iframe_page;

namespace {

std::string tag_of(const http_response& answer) {
  REQUIRE(answer.fields.size() == 1);
  CHECK(answer.fields.front().name == "ETag");
  return std::string{answer.fields.front().value};
}

http_response answer_of(const iframe_page& page, std::string_view known = {}) {
  std::vector<http_field> fields;
  if (!known.empty())
    fields.push_back({"If-None-Match", known});
  http_request request;
  request.method = "GET";
  request.target = "/iframe.html";
  request.fields = fields;
  return page.answer(request);
}

} // namespace

TEST_SUITE("SockJS iframe page") {
  TEST_CASE("it is a constant but for the script") {
    const iframe_page page{"/client/sockjs.min.js"};
    const auto answer = answer_of(page);
    CHECK(answer.status == 200);
    CHECK(answer.content_type == "text/html; charset=UTF-8");
    CHECK(answer.body
          == "<!DOCTYPE html>\n"
             "<html>\n"
             "<head>\n"
             "  <meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\" />\n"
             "  <meta http-equiv=\"Content-Type\" content=\"text/html; "
             "charset=UTF-8\" />\n"
             "  <script src=\"/client/sockjs.min.js\"></script>\n"
             "  <script>\n"
             "    document.domain = document.domain;\n"
             "    SockJS.bootstrap_iframe();\n"
             "  </script>\n"
             "</head>\n"
             "<body>\n"
             "  <h2>Don't panic!</h2>\n"
             "  <p>This is a SockJS hidden iframe. It's used for cross domain "
             "magic.</p>\n"
             "</body>\n"
             "</html>");
  }

  TEST_CASE("its tag is that of its bytes") {
    const iframe_page page{"/a.js"};
    CHECK(tag_of(answer_of(page)) == tag_of(answer_of(page)));
    CHECK(tag_of(answer_of(page)) == tag_of(answer_of(iframe_page{"/a.js"})));
    CHECK(tag_of(answer_of(page)) != tag_of(answer_of(iframe_page{"/b.js"})));
  }

  TEST_CASE("a client that has it gets nothing") {
    const iframe_page page{"/a.js"};
    const auto tag = tag_of(answer_of(page));
    const auto answer = answer_of(page, "\"x\", W/" + tag);
    CHECK(answer.status == 304);
    CHECK(answer.content_type == "");
    CHECK(answer.body == "");
    CHECK(tag_of(answer) == tag);
  }

  TEST_CASE("a client that has another gets it") {
    const iframe_page page{"/a.js"};
    CHECK(answer_of(page, "\"x\"").status == 200);
    CHECK(answer_of(page, tag_of(answer_of(iframe_page{"/b.js"}))).status
          == 200);
  }
}
