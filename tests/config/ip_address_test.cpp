#include "config/ip_address.hpp"

#include <doctest/doctest.h>

#include <string>

namespace thunderpush {

namespace {

bool contains(std::string_view network, std::string_view address) {
  const auto where = parse_ip_network(network);
  const auto one = parse_ip_address(address);
  REQUIRE(where);
  REQUIRE(one);
  return where->contains(*one);
}

} // namespace

TEST_SUITE("ip address") {
  TEST_CASE("an address is read and written in its usual form") {
    for (auto text : {"127.0.0.1", "255.255.255.255", "::1", "2001:db8::ff"})
      CHECK(parse_ip_address(text)->text() == text);
    CHECK(parse_ip_address("2001:DB8:0::1")->text() == "2001:db8::1");
  }

  TEST_CASE("an IPv4 address is the same in its mapped form") {
    CHECK(parse_ip_address("::ffff:192.0.2.1")
          == parse_ip_address("192.0.2.1"));
    CHECK(ip_address::mapped({192, 0, 2, 1}) == parse_ip_address("192.0.2.1"));
    CHECK(parse_ip_address("192.0.2.1")->is_v4());
    CHECK(!parse_ip_address("::1")->is_v4());
  }

  TEST_CASE("anything else is no address") {
    using namespace std::string_view_literals;
    for (auto text : {""sv, "1"sv, "1.2.3"sv, "1.2.3.4.5"sv, "256.1.1.1"sv,
                      "01.2.3.4"sv, "1.2.3.4 "sv, " 1.2.3.4"sv, "[::1]"sv,
                      "::1%lo"sv, "1.2.3.4:80"sv, "localhost"sv, ":::"sv})
      CHECK_MESSAGE(!parse_ip_address(text), text);
  }

  TEST_CASE("what follows a NUL is not forgotten") {
    CHECK(!parse_ip_address(std::string_view{"1.2.3.4\0x", 9}));
  }

  TEST_CASE("a network contains what begins with its bits") {
    CHECK(contains("10.0.0.0/8", "10.255.1.2"));
    CHECK(!contains("10.0.0.0/8", "11.0.0.0"));
    CHECK(contains("192.0.2.128/25", "192.0.2.128"));
    CHECK(!contains("192.0.2.128/25", "192.0.2.127"));
    CHECK(contains("2001:db8::/33", "2001:db8:7fff::"));
    CHECK(!contains("2001:db8::/33", "2001:db8:8000::"));
  }

  TEST_CASE("a single address is a network of one") {
    CHECK(contains("192.0.2.1", "192.0.2.1"));
    CHECK(contains("192.0.2.1/32", "::ffff:192.0.2.1"));
    CHECK(!contains("192.0.2.1", "192.0.2.0"));
    CHECK(contains("::1/128", "::1"));
  }

  TEST_CASE("all of IPv4 is not all of IPv6") {
    CHECK(contains("0.0.0.0/0", "203.0.113.9"));
    CHECK(!contains("0.0.0.0/0", "2001:db8::1"));
    CHECK(contains("::/0", "203.0.113.9"));
  }

  TEST_CASE(
    "a network whose further bits are set, or that is none, is refused") {
    for (auto text : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
                      "::1/127", "2001:db8::/129", "/8", "10.0.0.0/8/8", ""})
      CHECK_MESSAGE(!parse_ip_network(text), text);
  }

  TEST_CASE("a list has commas or blanks between its networks") {
    CHECK(parse_ip_networks("10.0.0.0/8, ::1  127.0.0.1")->size() == 3);
    CHECK(parse_ip_networks("")->empty());
    CHECK(!parse_ip_networks("10.0.0.0/8 x"));
  }
}

} // namespace thunderpush
