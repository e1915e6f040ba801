#include "tests/transport/wire_bytes.hpp"
#include "transport/sockjs/websocket_dialect.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;
using websocket::compression;

namespace {

const websocket::dialect& speech() {
  return sockjs::websocket_dialect();
}

using messages = std::vector<std::string>;

} // namespace

TEST_SUITE("SockJS dialect") {
  TEST_CASE("the client is greeted with an open frame") {
    CHECK(speech().greeting() == wire_bytes({0x81, 1, 'o'}));
  }

  TEST_CASE("a ping is accompanied by a heartbeat frame") {
    CHECK(speech().heartbeat() == wire_bytes({0x81, 1, 'h'}));
  }

  TEST_CASE("operators know it as websocket") {
    CHECK(speech().name() == "websocket");
  }

  TEST_CASE("a publication is an array frame in one text message") {
    CHECK(speech().frames(compression::none).encode(R"({"payload":"1"})")
          == wire_bytes({0x81, 18}) + R"(a[{"payload":"1"}])");
  }

  TEST_CASE("the length field counts the array frame, not the element") {
    CHECK(speech().frames(compression::none).encode(std::string(122, 'x'))
          == wire_bytes({0x81, 125}) + "a[" + std::string(122, 'x') + "]");
    CHECK(speech().frames(compression::none).encode(std::string(123, 'x'))
          == wire_bytes({0x81, 126, 0, 126}) + "a[" + std::string(123, 'x')
               + "]");
    CHECK(speech()
            .frames(compression::none)
            .encode(std::string(65533, 'x'))
            .starts_with(wire_bytes({0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0})));
  }

  TEST_CASE("the farewell is a close frame of SockJS, then one of WebSocket") {
    CHECK(speech().farewell(close_reasons::invalid_key)
          == wire_bytes({0x81, 26}) + R"(c[9000,"Invalid API key."])"
               + wire_bytes({0x88, 2, 0x03, 0xE8}));
  }

  TEST_CASE("arrays of strings and bare strings are messages") {
    messages found{"before"};
    CHECK(speech().decode(R"(["one","\u0074wo"])", found));
    CHECK(speech().decode(R"( "three" )", found));
    CHECK(found == messages{"before", "one", "two", "three"});
  }

  TEST_CASE("an empty message and an empty array hold nothing") {
    messages found;
    CHECK(speech().decode("", found));
    CHECK(speech().decode("[]", found));
    CHECK(found.empty());
  }

  TEST_CASE("an empty string is a message") {
    messages found;
    CHECK(speech().decode(R"([""])", found));
    CHECK(found == messages{""});
  }

  TEST_CASE("anything else breaks the protocol and yields no message") {
    static constexpr auto texts = std::to_array<std::string_view>({
      " ",
      "text",
      "'text'",
      "\"text",
      "[\"text\"",
      "[\"text\",]",
      "[\"text\"] x",
      "[\"one\",2]",
      "[1]",
      "[[\"text\"]]",
      "[null]",
      "1",
      "true",
      "null",
      "{\"a\":\"b\"}",
      "o",
    });
    for (const auto text : texts) {
      CAPTURE(text);
      messages found;
      CHECK_FALSE(speech().decode(text, found));
      CHECK(found.empty());
    }
  }

  TEST_CASE("only what is to be compressed is, for who agreed to it") {
    const std::string element(1000, 'x');
    const auto& agreed = speech().frames(compression::deflate);
    const auto& plain = speech().frames(compression::none);
    CHECK(agreed.encode(element) == plain.encode(element));
    CHECK(agreed.encode_compressed(element).size() < 100);
    CHECK(plain.encode_compressed(element) == plain.encode(element));
  }

  TEST_CASE("nesting without end is refused") {
    messages found;
    CHECK_FALSE(speech().decode(std::string(60'000, '['), found));
  }
}
