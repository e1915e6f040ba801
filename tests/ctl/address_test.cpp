#include "ctl/address.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

namespace {

address read(std::string_view url) {
  const auto found = parse_url("--url", url);
  REQUIRE(std::holds_alternative<address>(found));
  return std::get<address>(found);
}

std::string refused(std::string_view url) {
  const auto found = parse_url("--url", url);
  REQUIRE(std::holds_alternative<failure>(found));
  CHECK(std::get<failure>(found).status == exit_code::usage);
  return std::get<failure>(found).message;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_SUITE("address") {
  TEST_CASE("a URL gives host and port") {
    CHECK(read("http://127.0.0.1:8080") == address{"127.0.0.1", 8080});
    CHECK(read("http://example.org:9000/") == address{"example.org", 9000});
    CHECK(read("http://[::1]:8080") == address{"::1", 8080});
  }

  TEST_CASE("the scheme may be left out, and the port if it is 80") {
    CHECK(read("localhost:8080") == address{"localhost", 8080});
    CHECK(read("http://example.org") == address{"example.org", 80});
    CHECK(read("http://[::1]") == address{"::1", 80});
  }

  TEST_CASE("https is refused with what to do instead") {
    CHECK(contains(refused("https://example.org"),
                   "thunderpush-ctl speaks no TLS; use http://"));
  }

  TEST_CASE("what is no address is refused with an example") {
    for (const auto* each :
         {"", "http://", "http://:8080", "http://host:0", "http://host:70000",
          "http://host:80/path", "ftp://host:21", "http://::1:8080"}) {
      CAPTURE(each);
      CHECK(contains(refused(each), "http://127.0.0.1:8080"));
    }
  }

  TEST_CASE("an IPv6 address stands in brackets") {
    CHECK(address{"::1", 80}.text() == "[::1]:80");
    CHECK(address{"localhost", 80}.text() == "localhost:80");
  }

  TEST_CASE("who listens on all interfaces is reached on loopback") {
    CHECK(reachable("", 1) == address{"127.0.0.1", 1});
    CHECK(reachable("0.0.0.0", 1) == address{"127.0.0.1", 1});
    CHECK(reachable("::", 1) == address{"::1", 1});
    CHECK(reachable("10.0.0.7", 1) == address{"10.0.0.7", 1});
  }

  TEST_CASE("a name in a path keeps only its unreserved characters") {
    CHECK(escape_path_part("aZ0-._~") == "aZ0-._~");
    CHECK(escape_path_part("a/b c?") == "a%2Fb%20c%3F");
    CHECK(escape_path_part("\xC3\xBC") == "%C3%BC");
  }

  TEST_CASE("a channel's name has 1 to 64 of its characters") {
    CHECK(is_channel_name("a-Z_0=@,.;"));
    CHECK(is_channel_name(std::string(64, 'a')));
    CHECK(!is_channel_name(std::string(65, 'a')));
    CHECK(!is_channel_name(""));
    CHECK(!is_channel_name("a b"));
    CHECK(!is_channel_name("a:b"));
  }
}

} // namespace thunderpush::ctl
