#include "transport/sockjs/url.hpp"

#include <doctest/doctest.h>

#include <array>
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
