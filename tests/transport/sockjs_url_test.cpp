#include "transport/sockjs/url.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using thunderpush::sockjs::locate;
using thunderpush::sockjs::resource;

TEST_SUITE("SockJS URL") {
  TEST_CASE("the prefix greets, with and without a final slash") {
    CHECK(locate("").what == resource::greeting);
    CHECK(locate("/").what == resource::greeting);
  }

  TEST_CASE("info and the raw WebSocket lie right below the prefix") {
    CHECK(locate("/info").what == resource::info);
    CHECK(locate("/websocket").what == resource::raw_websocket);
  }

  TEST_CASE("a session has a resource for each transport") {
    struct expectation {
      std::string_view name;
      resource what;
    };
    static constexpr auto all = std::to_array<expectation>({
      {"websocket", resource::websocket},
      {"xhr", resource::xhr},
      {"xhr_streaming", resource::xhr_streaming},
      {"xhr_send", resource::xhr_send},
      {"eventsource", resource::eventsource},
      {"htmlfile", resource::htmlfile},
      {"jsonp", resource::jsonp},
      {"jsonp_send", resource::jsonp_send},
    });
    for (const auto& [name, what] : all) {
      CAPTURE(name);
      const auto path = "/000/abc/" + std::string{name};
      CHECK(locate(path).what == what);
      CHECK(locate(path).session == "abc");
      CHECK(locate(path + "/").what == resource::unknown);
      CHECK(locate(path + "_").what == resource::unknown);
      CHECK(
        locate("/" + std::string{name}).what
        == (name == "websocket" ? resource::raw_websocket : resource::unknown));
    }
  }

  TEST_CASE("the server does not tell sessions apart, the raw id does") {
    CHECK(locate("/000/abc/xhr").session == locate("/9/abc/xhr").session);
    CHECK(locate("/000/%61bc/xhr").session == "%61bc");
    CHECK(locate("/000/ABC/xhr").session == "ABC");
    CHECK(locate("/info").session == "");
  }

  TEST_CASE("the iframe page has many names") {
    for (const auto* const path :
         {"/iframe.html", "/iframe-a.html", "/iframe-0.1.2abc-dirty.2144.html",
          "/iframe_.html", "/iframe..html", "/iframe-.html.html"}) {
      CAPTURE(path);
      CHECK(locate(path).what == resource::iframe);
    }
    for (const auto* const path :
         {"/iframe", "/iframe.htm", "/IFRAME.html", "/iframeA.html",
          "/iframe-a b.html", "/iframe-%61.html", "/iframehtml",
          "/iframe.html/", "/iframe-/.html", "/frame.html", "/a/iframe.html",
          "/iframe.html?", "/iframe-\xC3\xA9.html"}) {
      CAPTURE(path);
      CHECK(locate(path).what == resource::unknown);
    }
  }

  TEST_CASE("server and session may be any segment without a dot") {
    static constexpr auto paths = std::to_array<std::string_view>({
      "/000/abcdefgh/websocket",
      "/a/b/websocket",
      "/info/info/websocket",
      "/websocket/websocket/websocket",
      "/-/~/websocket",
      "/ /\xC3\xA9/websocket",
    });
    for (const auto path : paths) {
      CAPTURE(path);
      CHECK(locate(path).what == resource::websocket);
    }
  }

  TEST_CASE("percent escapes are not decoded") {
    CHECK(locate("/%2E/a%2Fb/websocket").what == resource::websocket);
    CHECK(locate("/a/b/%77ebsocket").what == resource::unknown);
    CHECK(locate("/%69nfo").what == resource::unknown);
    CHECK(locate("%2F").what == resource::unknown);
  }

  TEST_CASE("every other path is unknown") {
    static constexpr auto paths = std::to_array<std::string_view>({
      // Of the protocol's own list.
      "//",
      "///",
      "/a",
      "/a/a",
      "/a/a/",
      "/a.html",
      "/iframe",
      "/iframe.htm",
      "/IFRAME.HTML",
      "/iframe.HTML",
      "/iframe.xml",
      "/iframe-/.html",
      // A path that goes on where the prefix ends, but not below it.
      "info",
      "websocket",
      "a/b/websocket",
      // Final slashes.
      "/info/",
      "/websocket/",
      "/a/b/websocket/",
      // Case.
      "/INFO",
      "/Websocket",
      "/a/b/WEBSOCKET",
      // Empty segments.
      "//info",
      "//websocket",
      "///websocket",
      "/a//websocket",
      "//b/websocket",
      "/a/b//websocket",
      "/a/b/",
      // Dots.
      "/a.b/c/websocket",
      "/a/b.c/websocket",
      "/./b/websocket",
      "/a/../websocket",
      // Fewer or more segments.
      "/a/websocket",
      "/a/b",
      "/a/b/c/websocket",
      "/a/b/websocket/c",
      "/info/a",
      // What only begins like it.
      "/information",
      "/websockets",
      "/a/b/websockets",
      "/a/b/web",
    });
    for (const auto path : paths) {
      CAPTURE(path);
      CHECK(locate(path).what == resource::unknown);
    }
  }
}
