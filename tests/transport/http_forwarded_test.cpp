#include "transport/http/forwarded.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;

namespace {

constexpr std::string_view proxies = "10.0.0.0/8, 2001:db8::/32";

std::string client_of(std::string_view peer,
                      std::initializer_list<std::string_view> lists) {
  std::vector<http_field> fields{{"Host", "h"}, {"X-Real-IP", "192.0.2.66"}};
  for (const auto each : lists)
    fields.push_back({"X-Forwarded-For", each});
  fields.push_back({"Forwarded", "for=192.0.2.66"});
  const auto found = original_client(parse_ip_address(peer), fields,
                                     *parse_ip_networks(proxies));
  return found ? found->text() : "nobody";
}

} // namespace

TEST_SUITE("X-Forwarded-For") {
  TEST_CASE("a trusted proxy says whose request it is") {
    CHECK(client_of("10.0.0.1", {"203.0.113.9"}) == "203.0.113.9");
    CHECK(client_of("2001:db8::1", {"2a00::1"}) == "2a00::1");
  }

  TEST_CASE("without the field it is the proxy's own") {
    CHECK(client_of("10.0.0.1", {}) == "10.0.0.1");
  }

  TEST_CASE("somebody else's word counts for nothing") {
    CHECK(client_of("203.0.113.9", {"10.0.0.1"}) == "203.0.113.9");
    CHECK(client_of("11.0.0.1", {"127.0.0.1"}) == "11.0.0.1");
  }

  TEST_CASE("what the client wrote itself counts for nothing") {
    CHECK(client_of("10.0.0.1", {"127.0.0.1, 203.0.113.9"}) == "203.0.113.9");
    CHECK(client_of("10.0.0.1", {"10.0.0.9, 203.0.113.9"}) == "203.0.113.9");
    CHECK(client_of("10.0.0.1", {"garbage, 203.0.113.9"}) == "203.0.113.9");
  }

  TEST_CASE("proxies may stand in a row") {
    CHECK(client_of("10.0.0.1", {"192.0.2.66, 203.0.113.9, 10.0.0.3, 10.0.0.2"})
          == "203.0.113.9");
  }

  TEST_CASE("where all are proxies the first of them is the client") {
    CHECK(client_of("10.0.0.1", {"10.0.0.3, 10.0.0.2"}) == "10.0.0.3");
  }

  TEST_CASE("several fields are one list") {
    CHECK(
      client_of("10.0.0.1", {"192.0.2.66", "203.0.113.9, 10.0.0.3", "10.0.0.2"})
      == "203.0.113.9");
  }

  TEST_CASE("what is no address ends the list") {
    CHECK(client_of("10.0.0.1", {"203.0.113.9, unknown"}) == "10.0.0.1");
    CHECK(client_of("10.0.0.1", {"203.0.113.9, unknown, 10.0.0.2"})
          == "10.0.0.2");
    CHECK(client_of("10.0.0.1", {"203.0.113.9", "x"}) == "10.0.0.1");
    for (const auto* entry :
         {"1.2.3", "[::1", "::1]", "[]", "[", "]", "[::1]x",
          "[::1]:", "[::1]:65536", "[1.2.3.4]", "1.2.3.4:", "1.2.3.4:x",
          "1.2.3.4:65536", "\"1.2.3.4\"", "1.2.3.4 5.6.7.8", "_hidden", ":80"})
      CHECK(client_of("10.0.0.1", {entry}) == "10.0.0.1");
  }

  TEST_CASE("an entry may have a port") {
    CHECK(client_of("10.0.0.1", {"203.0.113.9:4711"}) == "203.0.113.9");
    CHECK(client_of("10.0.0.1", {"[2a00::1]:443"}) == "2a00::1");
    CHECK(client_of("10.0.0.1", {"[2a00::1]"}) == "2a00::1");
    CHECK(client_of("10.0.0.1", {"203.0.113.9, [2001:db8::2]:1, 10.0.0.2:2"})
          == "203.0.113.9");
  }

  TEST_CASE("blanks and empty entries are passed over") {
    CHECK(client_of("10.0.0.1", {" 203.0.113.9 ,, \t10.0.0.2 , "})
          == "203.0.113.9");
    CHECK(client_of("10.0.0.1", {"203.0.113.9", "", ","}) == "203.0.113.9");
    CHECK(client_of("10.0.0.1", {"", ",", " "}) == "10.0.0.1");
  }

  TEST_CASE("the name of the field is in any case") {
    const http_field field{"x-forwarded-FOR", "203.0.113.9"};
    CHECK(is_forwarded({&field, 1}));
    CHECK(original_client(std::nullopt, {&field, 1}, {})
          == parse_ip_address("203.0.113.9"));
    const http_field other{"X-Forwarded-Fo", "203.0.113.9"};
    CHECK(!is_forwarded({&other, 1}));
  }

  TEST_CASE("the other end of a Unix socket is trusted") {
    CHECK(client_of("", {"203.0.113.9"}) == "203.0.113.9");
    CHECK(client_of("", {"192.0.2.66, 203.0.113.9, 10.0.0.2"})
          == "203.0.113.9");
    CHECK(client_of("", {}) == "nobody");
    CHECK(client_of("", {"unknown"}) == "nobody");
  }
}
