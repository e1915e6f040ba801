#include "tests/load/http_response.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

TEST_SUITE("HTTP response") {
  TEST_CASE("a body of known length ends where it says") {
    const auto response = parse_response(
      "HTTP/1.1 200 OK\r\ncontent-LENGTH:  3 \r\n\r\nabcHTTP/1.1");
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body == "abc");
    CHECK(response->size == 43);
    CHECK(response->keep_alive);
  }

  TEST_CASE("a body shorter than its length is incomplete") {
    CHECK_FALSE(
      parse_response("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"));
  }

  TEST_CASE("every part of a chunked response is incomplete") {
    const std::string_view whole
      = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size)
      CHECK_FALSE(parse_response(whole.substr(0, size)));
    const auto response = parse_response(whole);
    REQUIRE(response);
    CHECK(response->body == "abc");
    CHECK(response->size == whole.size());
  }

  TEST_CASE("a 204 has no body") {
    const auto response
      = parse_response("HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n");
    REQUIRE(response);
    CHECK(response->status == 204);
    CHECK(response->body.empty());
  }

  TEST_CASE("a connection that is to close says so") {
    const auto response = parse_response(
      "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n");
    REQUIRE(response);
    CHECK_FALSE(response->keep_alive);
  }

  TEST_CASE("what is not a response gives status 0") {
    CHECK(parse_response("SSH-2.0\r\n\r\n")->status == 0);
    CHECK(parse_response("HTTP/1.1 x\r\n\r\n")->status == 0);
    CHECK(parse_response("HTTP/1.1 200 OK\r\n\r\n")->status == 0);
    CHECK(
      parse_response("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")->status
      == 0);
    CHECK(parse_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                         "\r\n\r\nxyz\r\n")
            ->status
          == 0);
  }
}
