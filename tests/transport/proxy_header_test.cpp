#include "transport/proxy_header.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace thunderpush;
using namespace std::string_literals;

namespace {

const std::string signature{"\r\n\r\n\0\r\nQUIT\n", 12};

// A header of version 2: version and command, family and transport, the rest
// behind its length.
std::string binary(char command, char family, const std::string& rest) {
  return signature + command + family + static_cast<char>(rest.size() / 256)
         + static_cast<char>(rest.size() % 256) + rest;
}

// 192.0.2.1:56324 to 198.51.100.1:443.
const std::string ipv4_addresses{"\xC0\0\2\1\xC6\x33\x64\1\xDC\4\1\xBB", 12};

// [2001:db8::1]:1 to [::1]:2.
const std::string ipv6_addresses = "\x20\1\x0D\xB8"s + std::string(11, '\0')
                                   + '\1' + std::string(15, '\0')
                                   + "\1\0\1\0\2"s;

std::string outcome_of(std::string_view bytes) {
  const auto found = parse_proxy_header(bytes);
  if (const auto* header = std::get_if<proxy_header>(&found))
    return (header->source ? header->source->text() : "somebody") + ", "
           + std::to_string(bytes.size() - header->size) + " behind it";
  if (const auto* error = std::get_if<proxy_header_error>(&found))
    return std::string{error->why};
  return "more";
}

constexpr auto no_family = "the family is not known";
constexpr auto no_address = "an address is missing or malformed";
constexpr auto no_port = "a port is missing or malformed";

} // namespace

TEST_SUITE("PROXY header") {
  TEST_CASE("a line tells the client's address, what follows is the client's") {
    CHECK(outcome_of("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET /")
          == "192.0.2.1, 5 behind it");
    CHECK(outcome_of("PROXY TCP6 2001:db8::1 ::1 0 65535\r\n")
          == "2001:db8::1, 0 behind it");
  }

  TEST_CASE("an IPv4 client is the same whatever the proxy takes it for") {
    CHECK(outcome_of("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n")
          == "192.0.2.1, 0 behind it");
  }

  TEST_CASE("a line may say that the client is unknown") {
    CHECK(outcome_of("PROXY UNKNOWN\r\n") == "somebody, 0 behind it");
    CHECK(outcome_of("PROXY UNKNOWN ::1 ::1 1 2\r\nx")
          == "somebody, 1 behind it");
    CHECK(outcome_of("PROXY UNKNOWN  any thing \r\n")
          == "somebody, 0 behind it");
  }

  TEST_CASE("a line that is not as the protocol asks for is refused") {
    CHECK(outcome_of("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n") == no_family);
    CHECK(outcome_of("PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n") == no_family);
    CHECK(outcome_of("PROXY UNKNOWNS\r\n") == no_family);
    CHECK(outcome_of("PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n") == no_family);
    CHECK(outcome_of("PROXY \r\n") == no_family);
    for (const auto* line :
         {"TCP4", "TCP4 1.2.3.4", "TCP4 1.2.3.4 1.2.3", "TCP4 ::1 1.2.3.4 1 2",
          "TCP4 1.2.3.4 ::1 1 2", "TCP6 1.2.3.4 ::1 1 2", "TCP6 ::1%lo ::1 1 2",
          "TCP4 01.2.3.4 1.2.3.4 1 2", "TCP4  1.2.3.4 1.2.3.4 1 2"})
      CHECK(outcome_of("PROXY "s + line + "\r\n") == no_address);
    for (const auto* ports :
         {"", "1", "1 ", "1 65536", "65536 1", "01 1", "1 00", "-1 1", "1 2 3",
          "1 2 ", "1  2", "1 2\t", "one 2"})
      CHECK(outcome_of("PROXY TCP4 1.2.3.4 1.2.3.4 "s + ports + "\r\n")
            == no_port);
    CHECK(outcome_of("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n")
          == "the line does not end with CR and LF");
  }

  TEST_CASE("a line has 107 bytes at most") {
    const auto fill = "PROXY UNKNOWN "s;
    const auto longest = fill + std::string(105 - fill.size(), 'x') + "\r\n";
    REQUIRE(longest.size() == 107);
    CHECK(outcome_of(longest) == "somebody, 0 behind it");
    CHECK(outcome_of(fill + std::string(106 - fill.size(), 'x') + "\r\n")
          == "the line is too long");
    CHECK(outcome_of(fill + std::string(92, 'x')) == "more");
    CHECK(outcome_of(fill + std::string(93, 'x')) == "the line is too long");
  }

  TEST_CASE("a binary header tells the client's address") {
    CHECK(outcome_of(binary('\x21', '\x11', ipv4_addresses) + "GET")
          == "192.0.2.1, 3 behind it");
    CHECK(outcome_of(binary('\x21', '\x21', ipv6_addresses))
          == "2001:db8::1, 0 behind it");
  }

  TEST_CASE("extensions of a binary header are skipped") {
    const auto extended = ipv4_addresses + "\4\0\2ab"s + std::string(500, 'x');
    CHECK(outcome_of(binary('\x21', '\x11', extended) + "GET")
          == "192.0.2.1, 3 behind it");
  }

  TEST_CASE("a proxy may speak for itself, whatever else its header says") {
    CHECK(outcome_of(binary('\x20', '\0', "") + "x")
          == "somebody, 1 behind it");
    CHECK(outcome_of(binary('\x20', '\x11', ipv4_addresses))
          == "somebody, 0 behind it");
    CHECK(outcome_of(binary('\x20', '\xFF', "x")) == "somebody, 0 behind it");
  }

  TEST_CASE("a client may be of no family, or of a Unix socket") {
    CHECK(outcome_of(binary('\x21', '\0', "")) == "somebody, 0 behind it");
    CHECK(outcome_of(binary('\x21', '\0', "more")) == "somebody, 0 behind it");
    CHECK(outcome_of(binary('\x21', '\x31', std::string(216, 'p')))
          == "somebody, 0 behind it");
  }

  TEST_CASE("a binary header that is not as the protocol asks for is refused") {
    CHECK(outcome_of(binary('\x11', '\x11', ipv4_addresses))
          == "the version is not known");
    CHECK(outcome_of(binary('\x31', '\x11', ipv4_addresses))
          == "the version is not known");
    CHECK(outcome_of(binary('\x22', '\x11', ipv4_addresses))
          == "the command is not known");
    CHECK(outcome_of(binary('\x21', '\x13', ipv4_addresses)) == no_family);
    CHECK(outcome_of(binary('\x21', '\x41', ipv4_addresses)) == no_family);
    for (const auto& [family, size] :
         {std::pair{'\x11', 11}, std::pair{'\x21', 35}, std::pair{'\x31', 215}})
      CHECK(outcome_of(binary('\x21', family, std::string(size, '\0')))
            == "the addresses are cut short");
  }

  TEST_CASE("a header that is longer than the limit is refused at once") {
    const auto rest = longest_proxy_header - 16;
    CHECK(outcome_of(binary('\x21', '\0', std::string(rest, 'x')))
          == "somebody, 0 behind it");
    CHECK(
      outcome_of(binary('\x21', '\0', std::string(rest + 1, 'x')).substr(0, 16))
      == "the header is too long");
  }

  TEST_CASE("of each beginning there is more to come") {
    for (const auto& whole :
         {"PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"s,
          "PROXY UNKNOWN\r\n"s, binary('\x21', '\x11', ipv4_addresses),
          binary('\x20', '\0', "")})
      for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(outcome_of(whole.substr(0, size)) == "more");
  }

  TEST_CASE("what is no header is refused with its first byte that shows it") {
    for (const auto* bytes : {"G", "GET / HTTP/1.1\r\n", "PROXy ", "proxy TCP4",
                              "\r\n\r\n\r", "\x16\x03\x01", " PROXY "})
      CHECK(outcome_of(bytes) == "there is none");
  }
}
