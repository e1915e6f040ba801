#include "tests/load/sockjs_request.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

namespace {

const endpoint server{0x7f000001, 80};

} // namespace

TEST_SUITE("SockJS request") {
  TEST_CASE("a session has its number in both segments") {
    CHECK(session_path(12'345, "xhr") == "/connect/345/00012345/xhr");
  }

  TEST_CASE("xhr receives by POST without a body, the others by GET") {
    CHECK(receive_request(server, session_transport::xhr, 1)
          == "POST /connect/001/00000001/xhr HTTP/1.1\r\nHost: 127.0.0.1:80\r\n"
             "Content-Length: 0\r\n\r\n");
    CHECK(receive_request(server, session_transport::eventsource, 1)
          == "GET /connect/001/00000001/eventsource HTTP/1.1\r\n"
             "Host: 127.0.0.1:80\r\n\r\n");
  }

  TEST_CASE("transports with a callback ask for it") {
    for (const auto how : session_transports)
      if (!is_websocket(how))
        CHECK((receive_request(server, how, 1).find("?c=_jp.load ")
               != std::string::npos)
              == has_callback(how));
  }

  TEST_CASE("messages are sent as a JSON array of strings") {
    CHECK(to_json_array({}) == "[]");
    const auto request
      = send_request(server, session_transport::htmlfile, 1, {"a b", "c"});
    CHECK(request.starts_with("POST /connect/001/00000001/xhr_send HTTP/1.1"));
    CHECK(request.ends_with("Content-Length: 11\r\n\r\n[\"a b\",\"c\"]"));
  }

  TEST_CASE("jsonp sends in a form or as it is") {
    const auto form = send_request(server, session_transport::jsonp, 1, {"a"});
    CHECK(form.starts_with("POST /connect/001/00000001/jsonp_send HTTP/1.1"));
    CHECK(form.ends_with("\r\n\r\nd=%5B%22a%22%5D"));
    CHECK(send_request(server, session_transport::jsonp, 2, {"a"})
            .ends_with("\r\n\r\n[\"a\"]"));
  }
}
