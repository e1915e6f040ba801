#include "tests/transport/wire_bytes.hpp"
#include "transport/sockjs/websocket_dialect.hpp"
#include "transport/websocket/dialect.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;
using websocket::compression;
using websocket::raw_dialect;

namespace {

std::string close_bytes(unsigned code, std::string_view reason) {
  return wire_bytes({0x88, static_cast<unsigned>(2 + reason.size()), code >> 8,
                     code & 0xFF})
    .append(reason);
}

} // namespace

TEST_SUITE("raw WebSocket dialect") {
  TEST_CASE("nothing is said but the messages") {
    CHECK(raw_dialect().greeting().empty());
    CHECK(raw_dialect().heartbeat().empty());
  }

  TEST_CASE("operators know it as raw-websocket") {
    CHECK(raw_dialect().name() == "raw-websocket");
  }

  TEST_CASE("a publication is its element in one text message") {
    CHECK(raw_dialect().frames(compression::none).encode(R"({"payload":"1"})")
          == wire_bytes({0x81, 15}) + R"({"payload":"1"})");
    CHECK(raw_dialect().frames(compression::none).encode(std::string(126, 'x'))
          == wire_bytes({0x81, 126, 0, 126}) + std::string(126, 'x'));
  }

  TEST_CASE("its variant of a frame is not that of SockJS") {
    const auto raw = raw_dialect().frames(compression::none).kind();
    const auto sockjs
      = sockjs::websocket_dialect().frames(compression::none).kind();
    CHECK(raw != sockjs);
    CHECK(raw < framing::max_kinds);
    CHECK(sockjs < framing::max_kinds);
  }

  TEST_CASE("a message is passed on as it is") {
    std::vector<std::string> messages;
    CHECK(raw_dialect().decode("[\"no JSON", messages));
    CHECK(raw_dialect().decode(" ", messages));
    CHECK(messages == std::vector<std::string>{"[\"no JSON", " "});
  }

  TEST_CASE("an empty message is ignored") {
    std::vector<std::string> messages;
    CHECK(raw_dialect().decode("", messages));
    CHECK(messages.empty());
  }

  TEST_CASE("codes that are legal on the wire stay") {
    CHECK(raw_dialect().farewell(close_reasons::go_away)
          == close_bytes(3000, "Go away!"));
    CHECK(raw_dialect().farewell(close_reasons::slow_consumer)
          == close_bytes(3008, "Slow consumer"));
    CHECK(raw_dialect().farewell({1000, "bye"}) == close_bytes(1000, "bye"));
    CHECK(raw_dialect().farewell({4999, ""}) == close_bytes(4999, ""));
  }

  TEST_CASE("codes of SockJS are mapped and keep their reason") {
    CHECK(raw_dialect().farewell(close_reasons::invalid_key)
          == close_bytes(4000, "Invalid API key."));
    CHECK(raw_dialect().farewell(close_reasons::not_connected)
          == close_bytes(4001, "Subscribing before connecting."));
    CHECK(
      raw_dialect().farewell(close_reasons::disconnected)
      == close_bytes(4002, "Server closed the connection (intentionally)."));
  }

  TEST_CASE("codes that only stand for something are mapped as well") {
    for (const unsigned code : {1004U, 1005U, 1006U, 1015U, 2010U, 5000U}) {
      CAPTURE(code);
      CHECK(raw_dialect().farewell({static_cast<std::uint16_t>(code), ""})
            == close_bytes(4000 + code % 1000, ""));
    }
  }

  TEST_CASE("only what is to be compressed is, for who agreed to it") {
    const std::string element(1000, 'x');
    const auto& agreed = raw_dialect().frames(compression::deflate);
    const auto& plain = raw_dialect().frames(compression::none);
    CHECK(agreed.encode(element) == plain.encode(element));
    CHECK(agreed.encode_compressed(element).size() < 100);
    CHECK(plain.encode_compressed(element) == plain.encode(element));
  }

  TEST_CASE("a long reason is cut to what a control frame holds") {
    const std::string reason = std::string(122, 'x') + "\xC3\xA9";
    CHECK(raw_dialect().farewell({3000, reason})
          == close_bytes(3000, std::string(122, 'x')));
  }
}
