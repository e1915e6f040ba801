#include <doctest/doctest.h>

#include "tools/benchmark/floor/accept_key.hpp"
#include "tools/benchmark/floor/request.hpp"

using namespace thunderpush::benchmark;
using kind = request::kind;

TEST_SUITE("floor") {
  TEST_CASE("the accept key is that of RFC 6455, section 1.3") {
    CHECK(accept_key("dGhlIHNhbXBsZSBub25jZQ==")
          == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  TEST_CASE("GET /sub/N subscribes, with its key") {
    const auto read = read_request("GET /sub/12 HTTP/1.1\r\nHost: a\r\n"
                                   "sec-websocket-key:  abc==\r\n\r\n");
    REQUIRE(read);
    CHECK(read->what == kind::subscribe);
    CHECK(read->channel == 12);
    CHECK(read->key == "abc==");
  }

  TEST_CASE("POST /pub/N publishes its body, and the next request follows") {
    constexpr std::string_view bytes
      = "POST /pub/3 HTTP/1.1\r\nContent-Length: 3\r\n\r\n[1]GET / HTTP/1.1";
    const auto read = read_request(bytes);
    REQUIRE(read);
    CHECK(read->what == kind::publish);
    CHECK(read->channel == 3);
    CHECK(read->body == "[1]");
    CHECK(bytes.substr(read->size) == "GET / HTTP/1.1");
  }

  TEST_CASE("a request is complete with its last byte") {
    constexpr std::string_view bytes
      = "POST /pub/3 HTTP/1.1\r\nContent-Length: 3\r\n\r\n[1]";
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK_FALSE(read_request(bytes.substr(0, size)));
    CHECK(read_request(bytes));
  }

  TEST_CASE("any other request is just answered") {
    const auto read = read_request("GET / HTTP/1.1\r\n\r\n");
    REQUIRE(read);
    CHECK(read->what == kind::other);
    CHECK(read->body.empty());
  }
}
