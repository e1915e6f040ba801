#include "transport/websocket/handshake.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace thunderpush::websocket;

namespace {

using fields = std::vector<http_field>;

// The handshake of RFC 6455 section 1.2.
const fields correct = {
  {"Host", "server.example.com"},
  {"Upgrade", "websocket"},
  {"Connection", "Upgrade"},
  {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
  {"Origin", "http://example.com"},
  {"Sec-WebSocket-Version", "13"},
};

fields without(std::string_view name) {
  auto changed = correct;
  std::erase_if(changed,
                [name](const auto& field) { return field.name == name; });
  return changed;
}

fields with(std::string_view name, std::string_view value) {
  auto changed = without(name);
  changed.push_back({name, value});
  return changed;
}

fields twice(std::string_view name, std::string_view value) {
  auto changed = correct;
  changed.push_back({name, value});
  return changed;
}

handshake_result check(const fields& of, std::string_view method = "GET") {
  http_request request;
  request.method = method;
  request.target = "/connect/websocket";
  request.fields = of;
  return check_handshake(request);
}

bool accepted(const handshake_result& result) {
  return std::holds_alternative<handshake_accepted>(result);
}

bool refused(const handshake_result& result, handshake_error error) {
  const auto* found = std::get_if<handshake_error>(&result);
  return found != nullptr && *found == error;
}

} // namespace

TEST_SUITE("websocket handshake") {
  TEST_CASE("the handshake of the RFC is accepted with the RFC's key") {
    const auto result = check(correct);
    REQUIRE(accepted(result));
    CHECK(std::get<handshake_accepted>(result).accept_key
          == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  TEST_CASE("the accept key is a digest of the key") {
    CHECK(accept_key("x3JJHMbDL1EzLkh9GBhXDw==")
          == "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
    CHECK(accept_key("").size() == 28);
  }

  TEST_CASE("only GET is a handshake") {
    for (const auto* method : {"POST", "HEAD", "OPTIONS", "get", ""}) {
      CHECK(
        refused(check(correct, method), handshake_error::method_not_allowed));
    }
    CHECK(refused(check({}, "POST"), handshake_error::method_not_allowed));
  }

  TEST_CASE("the upgrade token is found in any case and in a list") {
    for (const auto* value :
         {"WebSocket", "WEBSOCKET", "h2c, websocket", "websocket,h2c",
          "foo ,\twebsocket\t, bar", ",,websocket"})
      CHECK(accepted(check(with("Upgrade", value))));
  }

  TEST_CASE("a request that does not upgrade to WebSocket is refused") {
    CHECK(refused(check({}), handshake_error::no_upgrade));
    CHECK(refused(check(without("Upgrade")), handshake_error::no_upgrade));
    for (const auto* value : {"", "h2c", "websockets", "web socket",
                              "xwebsocket", "\"websocket\"", ","}) {
      CHECK(
        refused(check(with("Upgrade", value)), handshake_error::no_upgrade));
    }
  }

  TEST_CASE("the connection token is found in any case and in a list") {
    for (const auto* value : {"upgrade", "UPGRADE", "keep-alive, Upgrade",
                              "Upgrade,keep-alive", "a,b , upgrade ,c"})
      CHECK(accepted(check(with("Connection", value))));
  }

  TEST_CASE("a list may be spread over several fields") {
    auto spread = with("Connection", "keep-alive");
    spread.push_back({"connection", "Upgrade"});
    CHECK(accepted(check(spread)));
  }

  TEST_CASE("a connection field without the upgrade token is refused") {
    CHECK(refused(check(without("Connection")),
                  handshake_error::no_connection_upgrade));
    for (const auto* value : {"", "close", "keep-alive", "upgraded",
                              "keep-alive Upgrade", "no-upgrade"}) {
      CHECK(refused(check(with("Connection", value)),
                    handshake_error::no_connection_upgrade));
    }
  }

  TEST_CASE("field names are found in any case") {
    CHECK(accepted(check({{"UPGRADE", "websocket"},
                          {"connection", "upgrade"},
                          {"sec-websocket-key", "AQIDBAUGBwgJCgsMDQ4PEC=="},
                          {"SEC-WebSocket-version", "13"}})));
  }

  TEST_CASE("version 13 and the drafts 8 and 7 are spoken") {
    for (const auto* value : {"13", "8", "7", " 13 "})
      CHECK(accepted(check(with("Sec-WebSocket-Version", value))));
  }

  TEST_CASE("any other version is refused") {
    CHECK(refused(check(without("Sec-WebSocket-Version")),
                  handshake_error::unsupported_version));
    for (const auto* value : {"", "0", "6", "9", "12", "14", "130", "013",
                              "13, 8", "+13", "thirteen"}) {
      CHECK(refused(check(with("Sec-WebSocket-Version", value)),
                    handshake_error::unsupported_version));
    }
    CHECK(refused(check(twice("Sec-WebSocket-Version", "13")),
                  handshake_error::unsupported_version));
  }

  TEST_CASE("a key that is not base64 of 16 bytes is refused") {
    CHECK(
      refused(check(without("Sec-WebSocket-Key")), handshake_error::bad_key));
    for (const auto* value :
         {"", "==", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=",
          "dGhlIHNhbXBsZSBub25jZSE=",         // 17 bytes
          "dGhlIHNhbXBsZSBub25jZSEh",         // 18 bytes
          "dGhlIHNhbXBsZSBub25jZ===",         // three signs of padding
          "dGhlIHNhbXBsZSBub25j ZQ==",        // a blank
          "dGhlIHNhbXBsZS-ub25jZQ==",         // the other alphabet
          "dGhlIHNhbXBsZSB\xC3\xA9\x35jZQ==", // not ASCII
          "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="}) {
      CHECK(refused(check(with("Sec-WebSocket-Key", value)),
                    handshake_error::bad_key));
    }
    CHECK(refused(check(twice("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")),
                  handshake_error::bad_key));
  }

  TEST_CASE("a wrong method is answered 405 with Allow and nothing else") {
    const auto response
      = handshake_refusal(handshake_error::method_not_allowed);
    CHECK(response.status == 405);
    CHECK(response.body.empty());
    CHECK(response.content_type.empty());
    REQUIRE(response.fields.size() == 1);
    CHECK(response.fields[0].name == "Allow");
    CHECK(response.fields[0].value == "GET");
  }

  TEST_CASE("a missing upgrade is answered 400 with the suite's texts") {
    const auto upgrade = handshake_refusal(handshake_error::no_upgrade);
    CHECK(upgrade.status == 400);
    CHECK(upgrade.body.find("Can \"Upgrade\" only to \"WebSocket\".") == 0);
    const auto connection
      = handshake_refusal(handshake_error::no_connection_upgrade);
    CHECK(connection.status == 400);
    CHECK(connection.body.find("\"Connection\" must be \"Upgrade\".") == 0);
    CHECK(handshake_refusal(handshake_error::bad_key).status == 400);
  }

  TEST_CASE("an unknown version is answered 426 with the one to use") {
    const auto response
      = handshake_refusal(handshake_error::unsupported_version);
    CHECK(response.status == 426);
    REQUIRE(response.fields.size() == 2);
    CHECK(response.fields[0].name == "Upgrade");
    CHECK(response.fields[0].value == "websocket");
    CHECK(response.fields[1].name == "Sec-WebSocket-Version");
    CHECK(response.fields[1].value == "13");
  }

  TEST_CASE("the answer to a handshake is 101 without a length") {
    CHECK(switching_protocols({"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="})
          == "HTTP/1.1 101 Switching Protocols\r\n"
             "Upgrade: websocket\r\n"
             "Connection: Upgrade\r\n"
             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
             "\r\n");
  }
}
