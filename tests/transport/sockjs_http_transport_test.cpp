#include "transport/sockjs/http_transport.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace thunderpush;
using sockjs::http_transport;
using sockjs::http_transports;

namespace {

// Behind what is there already.
std::string wrapped(const http_transport& how, std::string_view frame,
                    std::string_view callback = {}) {
  std::string out = "before|";
  how.wrap(out, frame, callback);
  REQUIRE(out.starts_with("before|"));
  return out.substr(7);
}

std::string opened(const http_transport& how, std::string_view callback = {}) {
  REQUIRE(static_cast<bool>(how.open));
  std::string out = "before|";
  how.open(out, callback);
  REQUIRE(out.starts_with("before|"));
  return out.substr(7);
}

constexpr std::string_view script = "application/javascript; charset=UTF-8";

// All that a frame can hold which somebody may take for something else.
constexpr std::string_view wild
  = "a[\"100% </script><!-- \xE2\x80\xA8\xE2\x80\xA9 \\\"\\u2028 \xC3\xA9\"]";

} // namespace

TEST_SUITE("SockJS HTTP transport") {
  TEST_CASE("xhr polling answers a frame as a line") {
    constexpr const auto& how = http_transports::xhr_polling;
    CHECK(how.method == "POST");
    CHECK(how.content_type == script);
    CHECK_FALSE(how.streams);
    CHECK(how.cross_origin);
    CHECK_FALSE(how.calls_back);
    CHECK_FALSE(static_cast<bool>(how.open));
    CHECK(wrapped(how, "o") == "o\n");
    CHECK(wrapped(how, wild) == std::string{wild} + "\n");
  }

  TEST_CASE("xhr streaming begins with 2048 times h") {
    constexpr const auto& how = http_transports::xhr_streaming;
    CHECK(how.method == "POST");
    CHECK(how.content_type == script);
    CHECK(how.streams);
    CHECK(how.cross_origin);
    CHECK_FALSE(how.calls_back);
    CHECK(opened(how) == std::string(2048, 'h') + "\n");
    CHECK(wrapped(how, "o") == "o\n");
    CHECK(wrapped(how, wild) == std::string{wild} + "\n");
  }

  TEST_CASE("an event source has an event for each frame") {
    constexpr const auto& how = http_transports::eventsource;
    CHECK(how.method == "GET");
    CHECK(how.content_type == "text/event-stream");
    CHECK(how.streams);
    CHECK(how.cross_origin);
    CHECK_FALSE(how.calls_back);
    CHECK(opened(how) == "\r\n");
    CHECK(wrapped(how, "o") == "data: o\r\n\r\n");
    CHECK(wrapped(how, "a[\"x\"]") == "data: a[\"x\"]\r\n\r\n");
  }

  TEST_CASE("an event survives the client's decoding") {
    constexpr const auto& how = http_transports::eventsource;
    CHECK(wrapped(how, "a[\"100%\"]") == "data: a[\"100%25\"]\r\n\r\n");
    CHECK(wrapped(how, "%41%%") == "data: %2541%25%25\r\n\r\n");
    CHECK(wrapped(how, std::string_view{"\r\n\0x", 4})
          == "data: %0D%0A%00x\r\n\r\n");
    CHECK(wrapped(how, "\xC3\xA9 \xE2\x80\xA8")
          == "data: \xC3\xA9 \xE2\x80\xA8\r\n\r\n");
  }

  TEST_CASE("an HTML file begins with a page of more than 1024 bytes") {
    constexpr const auto& how = http_transports::htmlfile;
    CHECK(how.method == "GET");
    CHECK(how.content_type == "text/html; charset=UTF-8");
    CHECK(how.streams);
    CHECK_FALSE(how.cross_origin);
    CHECK(how.calls_back);
    const auto page = opened(how, "_jp.abc");
    CHECK(page.starts_with(
      "<!doctype html>\n"
      "<html><head>\n"
      "  <meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\" />\n"
      "  <meta http-equiv=\"Content-Type\" content=\"text/html; "
      "charset=UTF-8\" />\n"
      "</head><body><h2>Don't panic!</h2>\n"
      "  <script>\n"
      "    document.domain = document.domain;\n"
      "    var c = parent._jp.abc;\n"
      "    c.start();\n"
      "    function p(d) {c.message(d);};\n"
      "    window.onload = function() {c.stop();};\n"
      "  </script> "));
    CHECK(page.ends_with(" \r\n\r\n"));
    CHECK(page.size() > 1024);
    CHECK(page.size() == 1029);
    CHECK(opened(how, std::string(32, 'x')).size() == 1029);
  }

  TEST_CASE("an HTML file has a script for each frame") {
    constexpr const auto& how = http_transports::htmlfile;
    CHECK(wrapped(how, "o", "cb") == "<script>\np(\"o\");\n</script>\r\n");
    CHECK(wrapped(how, "a[\"x\"]", "cb")
          == "<script>\np(\"a[\\\"x\\\"]\");\n</script>\r\n");
  }

  TEST_CASE("jsonp calls the callback with the frame") {
    constexpr const auto& how = http_transports::jsonp_polling;
    CHECK(how.method == "GET");
    CHECK(how.content_type == script);
    CHECK_FALSE(how.streams);
    CHECK_FALSE(how.cross_origin);
    CHECK(how.calls_back);
    CHECK_FALSE(static_cast<bool>(how.open));
    CHECK(wrapped(how, "o", "_jp.abc") == "/**/_jp.abc(\"o\");\r\n");
    CHECK(wrapped(how, "a[\"x\\n\"]", "cb")
          == "/**/cb(\"a[\\\"x\\\\n\\\"]\");\r\n");
  }

  TEST_CASE("a frame cannot end the script that it is in") {
    for (const auto* const how :
         {&http_transports::htmlfile, &http_transports::jsonp_polling}) {
      auto out = wrapped(*how, wild, "cb");
      CAPTURE(out);
      CHECK(out.find("\\u2028\\u2029") != std::string::npos);
      CHECK(out.find("\xE2\x80") == std::string::npos);
      CHECK(out.find("\xC3\xA9") != std::string::npos);
      CHECK(out.find("<!--") == std::string::npos);
      const auto end = out.find("</script>");
      if (how == &http_transports::htmlfile)
        CHECK(end == out.size() - std::string_view{"</script>\r\n"}.size());
      else
        CHECK(end == std::string::npos);
    }
  }
}
