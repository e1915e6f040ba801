#include "tests/load/response_reader.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

namespace {

constexpr std::string_view chunked
  = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "2\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n";

bool is_malformed(std::string_view bytes) {
  response_reader reader;
  reader.take(bytes);
  return reader.malformed() && !reader.complete();
}

} // namespace

TEST_SUITE("response reader") {
  TEST_CASE("a chunked body comes out as it comes in, however it is cut") {
    for (std::size_t cut = 0; cut <= chunked.size(); ++cut) {
      CAPTURE(cut);
      response_reader reader;
      auto body = reader.take(chunked.substr(0, cut));
      CHECK(reader.complete() == (cut == chunked.size()));
      body += reader.take(chunked.substr(cut));
      CHECK(body == "ab0123456789");
      CHECK(reader.complete());
      CHECK(reader.status() == 200);
      CHECK(reader.keep_alive());
    }
  }

  TEST_CASE("a chunk is handed out before the response ends") {
    response_reader reader;
    CHECK(reader.take(chunked.substr(0, chunked.find("A\r\n"))) == "ab");
    CHECK(reader.has_head());
    CHECK_FALSE(reader.complete());
  }

  TEST_CASE("a body of known length ends where it says") {
    response_reader reader;
    CHECK(reader.take("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
                      "Connection: close\r\n\r\nab")
          == "ab");
    CHECK_FALSE(reader.complete());
    CHECK(reader.take("c") == "c");
    CHECK(reader.complete());
    CHECK_FALSE(reader.keep_alive());
  }

  TEST_CASE("an empty body and no body are complete at once") {
    for (const std::string_view whole :
         {"HTTP/1.1 204 No Content\r\n\r\n",
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"}) {
      response_reader reader;
      CHECK(reader.take(whole).empty());
      CHECK(reader.complete());
    }
  }

  TEST_CASE("what never ends, or is more than was asked for, is malformed") {
    CHECK(is_malformed("HTTP/1.0 200 OK\r\n\r\n"));
    CHECK(is_malformed("HTTP/1.1 200 OK\r\n\r\n"));
    CHECK(is_malformed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n"));
    CHECK(is_malformed(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"));
    CHECK(is_malformed(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"));
    CHECK(is_malformed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"));
  }
}
