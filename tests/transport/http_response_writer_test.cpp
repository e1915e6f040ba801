#include "transport/http/response_writer.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

using namespace thunderpush;
using namespace std::string_literals;

namespace {

std::string write(const response_context& context,
                  const http_response& response) {
  std::string out;
  response_writer{context}.write(out, response);
  return out;
}

http_response ok(std::string body) {
  http_response response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

http_response with_status(unsigned status) {
  http_response response;
  response.status = status;
  response.body = "x";
  return response;
}

bool has_line(const std::string& head, std::string_view line) {
  return head.find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
}

} // namespace

TEST_SUITE("response_writer") {
  TEST_CASE("an answer has status line, fields, length and body") {
    auto response = ok("hello");
    response.fields.push_back({"Allow", "GET"});
    response_context context;
    context.date = "Sun, 06 Nov 1994 08:49:37 GMT";
    CHECK(write(context, response)
          == "HTTP/1.1 200 OK\r\n"
             "Server: Thunderpush\r\n"
             "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
             "Content-Type: text/plain\r\n"
             "Allow: GET\r\n"
             "Content-Length: 5\r\n"
             "\r\n"
             "hello");
  }

  TEST_CASE("an answer is appended to what the buffer holds") {
    std::string out = "before";
    response_writer{{}}.write(out, ok("a"));
    response_writer{{}}.write(out, ok("b"));
    CHECK(out == "before" + write({}, ok("a")) + write({}, ok("b")));
  }

  TEST_CASE("an empty body has length 0") {
    CHECK(has_line(write({}, ok("")), "Content-Length: 0"));
  }

  TEST_CASE("persistence is said where it is not the default") {
    response_context context;
    auto answer = [&context] { return write(context, ok("")); };
    CHECK(answer().find("Connection") == std::string::npos);
    context.keep_alive = false;
    CHECK(has_line(answer(), "Connection: close"));
    context.http_minor = 0;
    CHECK(has_line(answer(), "Connection: close"));
    context.keep_alive = true;
    CHECK(has_line(answer(), "Connection: keep-alive"));
    CHECK(answer().starts_with("HTTP/1.1 "));
  }

  TEST_CASE("204 and 304 have neither body nor length") {
    for (auto status : {204U, 304U}) {
      auto answer = write({}, with_status(status));
      CHECK(answer.ends_with("\r\n\r\n"));
      CHECK(answer.find("Content-Length") == std::string::npos);
    }
  }

  TEST_CASE("101 brings its own Connection field") {
    http_response response;
    response.status = 101;
    response.fields = {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}};
    response_context context;
    context.keep_alive = false;
    CHECK(write(context, response)
          == "HTTP/1.1 101 Switching Protocols\r\n"
             "Server: Thunderpush\r\n"
             "Connection: Upgrade\r\n"
             "Upgrade: websocket\r\n"
             "\r\n");
  }

  TEST_CASE("HEAD gets the length of the body and not the body") {
    response_context context;
    context.head_method = true;
    auto answer = write(context, ok("hello"));
    CHECK(has_line(answer, "Content-Length: 5"));
    CHECK(answer.ends_with("\r\n\r\n"));
  }

  TEST_CASE("a field cannot break out of its line") {
    auto response = ok("");
    response.fields = {{"A", "b\r\nSet-Cookie: c"},
                       {"D\r\nE", "f"},
                       {"G:", "h"},
                       {"", "i"},
                       {"J", std::string_view{"k\0l", 3}},
                       {"M", "n\to \xC3\xA9"}};
    auto answer = write({}, response);
    CHECK(has_line(answer, "A: b  Set-Cookie: c"));
    CHECK(answer.find("E: f") == std::string::npos);
    CHECK(answer.find("G:") == std::string::npos);
    CHECK(answer.find(": i") == std::string::npos);
    CHECK(has_line(answer, "J: k l"));
    CHECK(has_line(answer, "M: n\to \xC3\xA9"));
  }

  TEST_CASE("an error is JSON with message and status") {
    std::string out;
    response_context context;
    context.keep_alive = false;
    response_writer{context}.write_error(out, 431, "Header is too large.");
    CHECK(out
          == "HTTP/1.1 431 Request Header Fields Too Large\r\n"
             "Server: Thunderpush\r\n"
             "Connection: close\r\n"
             "Content-Type: application/json; charset=UTF-8\r\n"
             "Content-Length: 51\r\n"
             "\r\n"
             "{\"message\": \"Header is too large.\", \"status\": 431}\n");
  }

  TEST_CASE("the message of an error cannot break its JSON") {
    std::string out;
    response_writer{{}}.write_error(out, 400, "a\"b\\c\nd\xC3");
    CHECK(out.ends_with(R"({"message": "a\"b\\c?d?", "status": 400})"
                        "\n"));
  }

  TEST_CASE("a stream in HTTP/1.1 is chunked and keeps the connection") {
    response_writer writer{{}};
    std::string out;
    writer.start_stream(out, ok("ignored"));
    CHECK(out
          == "HTTP/1.1 200 OK\r\n"
             "Server: Thunderpush\r\n"
             "Content-Type: text/plain\r\n"
             "Transfer-Encoding: chunked\r\n"
             "\r\n");
    out.clear();
    writer.append_chunk(out, "o\n");
    writer.append_chunk(out, "");
    writer.append_chunk(out, std::string(26, 'a'));
    writer.append_last_chunk(out);
    CHECK(out == "2\r\no\n\r\n1a\r\n" + std::string(26, 'a') + "\r\n0\r\n\r\n");
    CHECK(writer.keep_alive());
  }

  TEST_CASE("a stream in HTTP/1.0 ends with the connection") {
    response_context context;
    context.http_minor = 0;
    response_writer writer{context};
    CHECK(writer.keep_alive());
    std::string out;
    writer.start_stream(out, ok(""));
    CHECK(has_line(out, "Connection: close"));
    CHECK(out.find("Transfer-Encoding") == std::string::npos);
    CHECK(out.find("Content-Length") == std::string::npos);
    CHECK_FALSE(writer.keep_alive());
    out.clear();
    writer.append_chunk(out, "o\n");
    writer.append_last_chunk(out);
    CHECK(out == "o\n");
  }

  TEST_CASE("a stream to HEAD has no chunks") {
    response_context context;
    context.head_method = true;
    response_writer writer{context};
    std::string out;
    writer.append_chunk(out, "o\n");
    writer.append_last_chunk(out);
    CHECK(out.empty());
  }

  TEST_CASE("a status without a phrase of its own is still written") {
    CHECK(reason_phrase(200) == "OK");
    CHECK(reason_phrase(505) == "HTTP Version Not Supported");
    CHECK(write({}, with_status(299)).starts_with("HTTP/1.1 299 Unknown\r\n"));
  }

  TEST_CASE("dates are in the fixed format of HTTP") {
    using std::chrono::seconds;
    using std::chrono::sys_seconds;
    CHECK(http_date(sys_seconds{seconds{0}})
          == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(http_date(sys_seconds{seconds{784111777}})
          == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(sys_seconds{seconds{1709251199}})
          == "Thu, 29 Feb 2024 23:59:59 GMT");
  }
}
