#include "config/origin.hpp"

#include <doctest/doctest.h>

namespace thunderpush {

TEST_SUITE("origin") {
  TEST_CASE("an origin is read in any spelling, and kept in one") {
    CHECK(parse_origin("https://example.org") == "https://example.org");
    CHECK(parse_origin("HTTPS://Example.ORG:443") == "https://example.org");
    CHECK(parse_origin("http://example.org:80") == "http://example.org");
    CHECK(parse_origin("http://example.org:443") == "http://example.org:443");
    CHECK(parse_origin("https://[2001:DB8::1]:8443")
          == "https://[2001:db8::1]:8443");
    CHECK(parse_origin("http://127.0.0.1:3000") == "http://127.0.0.1:3000");
    CHECK(parse_origin("null") == "null");
    CHECK(parse_origin("chrome-extension://abcdef")
          == "chrome-extension://abcdef");
  }

  TEST_CASE("whatever has more than an origin, or less, is none") {
    for (auto text :
         {"", "example.org", "//example.org", "https://",
          "https://example.org/", "https://u@example.org",
          "https://example.org?x", "https://a b",
          "https://example.org:", "https://example.org:0", "https://:443",
          "https://example.org:65536", "https://example.org:80:80", "NULL",
          "https://ex\xC3\xA4mple.org", "https://example.org#", "1x://a",
          "https://example.org, https://other.org", "https://[::1"})
      CHECK_MESSAGE(!parse_origin(text), text);
  }

  TEST_CASE("a list permits its origins and nothing that merely looks alike") {
    const auto list
      = *parse_origins("https://example.org, http://localhost:3000");
    CHECK(list.permits("https://example.org"));
    CHECK(list.permits("https://EXAMPLE.org:443"));
    CHECK(list.permits("http://localhost:3000"));
    for (auto text : {"http://example.org", "https://example.org:444",
                      "https://example.org.evil.org", "https://evilexample.org",
                      "https://sub.example.org", "https://example.org.", "null",
                      "https://example.org/", "http://localhost", "https://"})
      CHECK_MESSAGE(!list.permits(text), text);
  }

  TEST_CASE("a client that sends no origin is no page") {
    CHECK(parse_origins("https://example.org")->permits(""));
  }

  TEST_CASE("null is permitted where it is named, or all are") {
    CHECK(parse_origins("null")->permits("null"));
    CHECK(parse_origins("*")->permits("null"));
    CHECK(parse_origins("*")->permits("not an origin at all"));
  }

  TEST_CASE("a list of none, or with something else in it, is refused") {
    for (auto text : {"", " ", "* https://a.org", "https://a.org b"})
      CHECK_MESSAGE(!parse_origins(text), text);
  }
}

} // namespace thunderpush
