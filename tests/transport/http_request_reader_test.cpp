#include "transport/http/request_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

const request_limits default_limits;

read_state feed(request_reader& reader, std::string_view bytes) {
  return reader.feed({bytes.data(), bytes.size()});
}

// Everything that can be told about a request, as one comparable text.
std::string print(const request_reader& reader) {
  const auto& request = reader.request();
  std::string out;
  out.append(request.method).append(" ").append(request.target);
  out.append(reader.http_minor() == 1 ? " 1.1" : " 1.0");
  out.append(reader.keep_alive() ? " keep" : " close");
  for (const auto& field : request.fields)
    out.append(" [").append(field.name).append("=").append(field.value) += ']';
  return out.append(" {").append(request.body) += '}';
}

struct outcome {
  std::vector<std::string> requests;
  read_state state = read_state::idle;
  unsigned status = 0;

  bool operator==(const outcome&) const = default;
};

std::string print(const outcome& result) {
  auto text = "state " + std::to_string(static_cast<int>(result.state))
              + " status " + std::to_string(result.status);
  for (const auto& request : result.requests)
    text += "\n" + request;
  return text;
}

// Feeds pieces that end at the given positions.
outcome read_pieces(std::string_view bytes, std::vector<std::size_t> ends,
                    const request_limits& limits = default_limits) {
  request_reader reader{limits};
  outcome result;
  ends.push_back(bytes.size());
  std::size_t begin = 0;
  for (auto end : ends) {
    // The bytes are gone after the call, as in a shared receive buffer.
    std::vector<char> piece{bytes.data() + begin, bytes.data() + end};
    reader.feed(piece);
    std::fill(piece.begin(), piece.end(), '\xEE');
    while (reader.state() == read_state::complete) {
      result.requests.push_back(print(reader));
      reader.next();
    }
    reader.continue_sent();
    begin = end;
  }
  result.state = reader.state();
  result.status = reader.error().status;
  return result;
}

outcome read(std::string_view bytes,
             const request_limits& limits = default_limits) {
  return read_pieces(bytes, {}, limits);
}

outcome read_bytewise(std::string_view bytes,
                      const request_limits& limits = default_limits) {
  std::vector<std::size_t> ends;
  for (std::size_t end = 1; end < bytes.size(); ++end)
    ends.push_back(end);
  return read_pieces(bytes, std::move(ends), limits);
}

void check_every_split(const std::string& bytes) {
  CAPTURE(bytes.substr(0, 200));
  auto whole = read(bytes);
  auto bytewise = read_bytewise(bytes);
  CHECK_MESSAGE(whole == bytewise, print(whole), " / ", print(bytewise));
  // Long ones differ from short ones in their ends only.
  auto step = std::max<std::size_t>(1, bytes.size() / 300);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    auto split = read_pieces(bytes, {at});
    REQUIRE_MESSAGE(whole == split, "split at ", at, ": ", print(whole), " / ",
                    print(split));
  }
}

struct refused_request {
  unsigned status;
  std::string bytes;
};

std::string many_fields(std::size_t count) {
  std::string out = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 1; i < count; ++i)
    out += "F: v\r\n";
  return out + "\r\n";
}

std::string with_fields(std::string_view fields) {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string{fields} + "\r\n";
}

std::string chunked(std::string_view body) {
  return with_fields("Transfer-Encoding: chunked\r\n") + std::string{body};
}

std::string with_host(std::string_view host) {
  return "GET / HTTP/1.1\r\nHost:" + std::string{host} + "\r\n\r\n";
}

std::string with_target(std::string_view target,
                        std::string_view method = "GET") {
  return std::string{method} + " " + std::string{target}
         + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string with_version(std::string_view version) {
  return "GET / " + std::string{version} + "\r\nHost: a\r\n\r\n";
}

const std::vector<refused_request> refused_requests{
  // Not HTTP/1.
  {400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
  {400, "\x16\x03\x01\x02\x01\x01"s},
  {400, "\0"s},
  {400, "\x05\x01\0"s},
  {400, "\x80\x01\x02"s},
  {400, "\xFF\xFB\x18"s},
  {400, "\x7F"
        "ELF"},
  {400, "{\"method\":\"GET\"}\r\n\r\n"},
  {400, "hello\r\n\r\n"},
  {400, "GET\r\n\r\n"},
  {400, "GET /\r\n\r\n"},
  {400, "GET / \r\n\r\n"},
  {400, "HTTP/1.1 200 OK\r\n\r\n"},
  {400, "<policy-file-request/>\r\n\r\n"},
  // Empty lines in front.
  {400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
  {400, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
  {400, "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
  {400, "\r\r\n"},
  {400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
  {400, "\tGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
  // Methods.
  {400, with_target("/", "G ET")},
  {400, with_target("/", "GET\t")},
  {400, with_target("/", "GE(T")},
  {400, with_target("/", "G\xC3\x89T")},
  {400, with_target("/", "GE\0T"s)},
  {400, with_target("/", "@")},
  {400, "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"},
  {400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
  {400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"},
  // Targets.
  {400, with_target("")},
  {400, with_target("a")},
  {400, with_target("*")},
  {400, with_target("*", "POST")},
  {400, with_target("**", "OPTIONS")},
  {400, with_target("*/", "OPTIONS")},
  {400, with_target("?x")},
  {400, with_target("a:80", "CONNECT")},
  {400, with_target("/a b")},
  {400, with_target("/a\tb")},
  {400, with_target("/a\x01")},
  {400, with_target("/a\0"s)},
  {400, with_target("/a\x7F")},
  {400, with_target("/a#b")},
  {400, with_target("#")},
  {400, with_target("http://")},
  {400, with_target("http:///x")},
  {400, with_target("http://?x")},
  {400, with_target("http://user@a/")},
  {400, with_target("http://a,b/")},
  {400, with_target("http:/a/")},
  {400, with_target("://a/")},
  {400, with_target("ftp://a/")},
  {400, with_target("ws://a/")},
  {400, with_target("httpx://a/")},
  {400, with_target("x?http://a/")},
  // Versions.
  {505, with_version("HTTP/0.9")},
  {505, with_version("HTTP/1.2")},
  {505, with_version("HTTP/1.9")},
  {505, with_version("HTTP/2.0")},
  {505, with_version("HTTP/3.0")},
  {505, with_version("HTTP/0.0")},
  {400, with_version("HTTP/2")},
  {400, with_version("HTTP/1")},
  {400, with_version("HTTP/1.")},
  {400, with_version("HTTP/1.10")},
  {400, with_version("HTTP/11.1")},
  {400, with_version("HTTP/1,1")},
  {400, with_version("HTTP/-1.1")},
  {400, with_version("HTTP 1.1")},
  {400, with_version("http/1.1")},
  {400, with_version("HTTP/1.1 ")},
  {400, with_version("HTTP/1.1x")},
  {400, with_version("HTT")},
  {400, with_version("XTTP/1.1")},
  // Line ends.
  {400, "GET / HTTP/1.1\nHost: a\n\n"},
  {400, "GET / HTTP/1.1\nHost: a\r\n\r\n"},
  {400, "GET / HTTP/1.1\r\nHost: a\n\r\n"},
  {400, "GET / HTTP/1.1\r\nHost: a\r\n\n"},
  {400, "GET / HTTP/1.1\rHost: a\r\n\r\n"},
  {400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"},
  {400, with_fields("A: b\rC: d\r\n")},
  {400, with_fields("A: b\r\r\n")},
  {400, with_fields("\rA: b\r\n")},
  {400, with_fields("A: b\nC: d\r\n")},
  {400, with_fields("A: b\r\n\nC: d\r\n")},
  {400, with_fields("Content-Length: 5\rX\r\n")},
  // Folding.
  {400, with_fields("A: b\r\n c\r\n")},
  {400, with_fields("A: b\r\n\tc\r\n")},
  {400, with_fields("A:\r\n b\r\n")},
  {400, with_fields("Transfer-Encoding:\r\n chunked\r\n")},
  {400, with_fields("Content-Length:\r\n 5\r\n")},
  {400, with_fields("A: b\r\n \r\n")},
  {400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
  {400, "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n"},
  // Field names.
  {400, with_fields("A : b\r\n")},
  {400, with_fields("A\t: b\r\n")},
  {400, with_fields("A b: c\r\n")},
  {400, with_fields(": b\r\n")},
  {400, with_fields("A\r\n")},
  {400, with_fields("A(: b\r\n")},
  {400, with_fields("A@: b\r\n")},
  {400, with_fields("A\xC3\xA9: b\r\n")},
  {400, with_fields("A\0: b\r\n"sv)},
  {400, with_fields("\0\r\n"sv)},
  {400, with_fields("Content-Length : 5\r\n")},
  {400, with_fields("Transfer-Encoding : chunked\r\n")},
  {400, with_fields("\"A\": b\r\n")},
  // Field values.
  {400, with_fields("A: b\0c\r\n"sv)},
  {400, with_fields("A: \x01\r\n")},
  {400, with_fields("A: b\x1B[0m\r\n")},
  {400, with_fields("A: b\x7F\r\n")},
  {400, with_fields("A: b\x0B\r\n")},
  {400, with_fields("A: b\x0C\r\n")},
  {400, with_fields("A: b\x08\r\n")},
  // Host.
  {400, "GET / HTTP/1.1\r\n\r\n"},
  {400, "GET / HTTP/1.1\r\nHosts: a\r\n\r\n"},
  {400, "GET http://a/ HTTP/1.1\r\n\r\n"},
  {400, with_fields("Host: a\r\n")},
  {400, with_fields("host: b\r\n")},
  {400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
  {400, with_host("a b")},
  {400, with_host("a,b")},
  {400, with_host("a, a")},
  {400, with_host("a/b")},
  {400, with_host("user@a")},
  {400, with_host("http://a")},
  {400, with_host("a?")},
  {400, with_host("a#")},
  {400, with_host("a\\b")},
  {400, with_host("a\tb")},
  {400, with_host("\xC3\xA9")},
  {400, with_host("\"a\"")},
  // Content-Length.
  {400, with_fields("Content-Length:\r\n")},
  {400, with_fields("Content-Length: x\r\n")},
  {400, with_fields("Content-Length: -1\r\n")},
  {400, with_fields("Content-Length: +1\r\n")},
  {400, with_fields("Content-Length: 1 1\r\n")},
  {400, with_fields("Content-Length: 1.0\r\n")},
  {400, with_fields("Content-Length: 0x10\r\n")},
  {400, with_fields("Content-Length: 1e3\r\n")},
  {400, with_fields("Content-Length: 5, 5\r\n")},
  {400, with_fields("Content-Length: 5,\r\n")},
  {400, with_fields("Content-Length: ,5\r\n")},
  {400, with_fields("Content-Length: 5;5\r\n")},
  {400, with_fields("Content-Length: 5, 6\r\n")},
  {400, with_fields("Content-Length: \"5\"\r\n")},
  {400, with_fields("Content-Length: 5\r\nContent-Length: 5\r\n")},
  {400, with_fields("Content-Length: 5\r\nContent-Length: 6\r\n")},
  {400, with_fields("Content-Length: 0\r\ncontent-length: 0\r\n")},
  {400, with_fields("Content-Length: 18446744073709551616\r\n")},
  {400, with_fields("Content-Length: 99999999999999999999999\r\n")},
  {413, with_fields("Content-Length: 18446744073709551615\r\n")},
  {413, with_fields("Content-Length: 9223372036854775808\r\n")},
  {413, with_fields("Content-Length: 1048577\r\n")},
  {413, with_fields("Content-Length: 1048577\r\nExpect: 100-continue\r\n")},
  // Transfer-Encoding.
  {400, with_fields("Transfer-Encoding:\r\n")},
  {400, with_fields("Transfer-Encoding: gzip\r\n")},
  {400, with_fields("Transfer-Encoding: identity\r\n")},
  {400, with_fields("Transfer-Encoding: xchunked\r\n")},
  {400, with_fields("Transfer-Encoding: chunkedx\r\n")},
  {400, with_fields("Transfer-Encoding: chunked, gzip\r\n")},
  {400, with_fields("Transfer-Encoding: chunked, identity\r\n")},
  {400, with_fields("Transfer-Encoding: chunked, chunked\r\n")},
  {400, with_fields("Transfer-Encoding: gzip chunked\r\n")},
  {400, with_fields("Transfer-Encoding: \"chunked\"\r\n")},
  {400, with_fields("Transfer-Encoding: chunked;q=1\r\n")},
  {400, with_fields("Transfer-Encoding: chunked,\r\n")},
  {400, with_fields("Transfer-Encoding: \x0B"
                    "chunked\r\n")},
  {501, with_fields("Transfer-Encoding: gzip, chunked\r\n")},
  {501, with_fields("Transfer-Encoding: deflate,Chunked\r\n")},
  {400, with_fields("Transfer-Encoding: chunked\r\n"
                    "Transfer-Encoding: chunked\r\n")},
  {400, with_fields("Transfer-Encoding: gzip\r\n"
                    "Transfer-Encoding: chunked\r\n")},
  {400, with_fields("Transfer-Encoding: chunked\r\n"
                    "Transfer-Encoding: identity\r\n")},
  {400, with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")},
  {400, with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")},
  {400, with_fields("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n")},
  {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
  // Expect and Connection.
  {417, with_fields("Expect: 200-ok\r\n")},
  {417, with_fields("Expect:\r\n")},
  {417, with_fields("Expect: 100-continue, x\r\n")},
  {417, with_fields("Expect: 100-continue\r\nExpect: x\r\n")},
  {417, "POST / HTTP/1.0\r\nExpect: x\r\n\r\n"},
  {400, with_fields("Connection: a b\r\n")},
  {400, with_fields("Connection: close;\r\n")},
  // Chunks.
  {400, chunked("\r\n\r\n\r\n")},
  {400, chunked("x\r\n\r\n\r\n")},
  {400, chunked("-1\r\n\r\n\r\n")},
  {400, chunked("+1\r\na\r\n")},
  {400, chunked("0x1\r\na\r\n0\r\n\r\n")},
  {400, chunked(" 1\r\na\r\n")},
  {400, chunked("1 \r\na\r\n")},
  {400, chunked("1\na\r\n0\r\n\r\n")},
  {400, chunked("1\ra\r\n0\r\n\r\n")},
  {400, chunked("1\r\nab\r\n0\r\n\r\n")},
  {400, chunked("1\r\na\n0\r\n\r\n")},
  {400, chunked("1\r\na0\r\n\r\n")},
  {400, chunked("2\r\na\r\n0\r\n\r\n")},
  {400, chunked("1g\r\na\r\n0\r\n\r\n")},
  {400, chunked("10000000000000000\r\na\r\n")},
  {413, chunked("ffffffffffffffff\r\na\r\n")},
  {413, chunked("100001\r\na\r\n")},
  {413, chunked("1\r\na\r\n100000\r\nb\r\n")},
  {413, chunked("1\r\na\r\nffffffffffffffff\r\nb\r\n")},
  {400, chunked("1;\r\na\r\n0\r\n\r\n")},
  {400, chunked("1;=\r\na\r\n0\r\n\r\n")},
  {400, chunked("1;a=\r\na\r\n0\r\n\r\n")},
  {400, chunked("1;a=\"\r\n\"\r\na\r\n0\r\n\r\n")},
  {400, chunked("1;" + std::string(8192, 'a') + "\r\na\r\n0\r\n\r\n")},
  {400, chunked(std::string(8192, '0') + "1\r\na\r\n0\r\n\r\n")},
  {400, chunked("0;" + std::string(8192, 'a') + "\r\n\r\n")},
  {400, chunked("0\r\nA b: c\r\n\r\n")},
  {400, chunked("0\r\nA\r\n\r\n")},
  {400, chunked("0\r\nA: b\nC: d\r\n\r\n")},
  {400, chunked("0\r\nA: \x01\r\n\r\n")},
  {400, chunked("0\r\nContent-Length: 5\r\n\r\n")},
  {400, chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")},
  {400, chunked("0\r\nA: " + std::string(8192, 'a') + "\r\n\r\n")},
  // Sizes.
  {431, many_fields(101)},
  {431, with_fields("A: " + std::string(8192, 'a') + "\r\n")},
  {431, with_fields(std::string(8192, 'a') + ": b\r\n")},
  {431, with_fields("A: " + std::string(65536, 'a'))},
  {414, with_target("/" + std::string(8192, 'a'))},
  {414, with_target("/", std::string(8192, 'A'))},
  {414, std::string(8192, 'a')},
  {414, std::string(100000, 'a')},
};

struct accepted_request {
  std::string bytes;
  std::vector<std::string> requests;
};

const std::vector<accepted_request> accepted_requests{
  {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", {"GET / 1.1 keep [Host=a] {}"}},
  {"GET / HTTP/1.0\r\n\r\n", {"GET / 1.0 close {}"}},
  {"\r\nGET / HTTP/1.0\r\n\r\n", {"GET / 1.0 close {}"}},
  {"brew /pot HTTP/1.0\r\n\r\n", {"brew /pot 1.0 close {}"}},
  {"OPTIONS * HTTP/1.0\r\n\r\n", {"OPTIONS * 1.0 close {}"}},
  {"CONNECT /a HTTP/1.0\r\n\r\n", {"CONNECT /a 1.0 close {}"}},
  // Targets.
  {with_target("/a%2Fb/../?q=%00&?"),
   {"GET /a%2Fb/../?q=%00&? 1.1 keep [Host=a] {}"}},
  {with_target("//a//"), {"GET //a// 1.1 keep [Host=a] {}"}},
  {with_target("/\xC3\xA9"), {"GET /\xC3\xA9 1.1 keep [Host=a] {}"}},
  {with_target("http://b/c?d"), {"GET /c?d 1.1 keep [Host=a] {}"}},
  {with_target("HTTP://b:80/c"), {"GET /c 1.1 keep [Host=a] {}"}},
  {with_target("https://b"), {"GET / 1.1 keep [Host=a] {}"}},
  {with_target("http://b?c/d"), {"GET /?c/d 1.1 keep [Host=a] {}"}},
  {with_target("http://b/?http://c/"),
   {"GET /?http://c/ 1.1 keep [Host=a] {}"}},
  {with_target("/http://b/"), {"GET /http://b/ 1.1 keep [Host=a] {}"}},
  // Host.
  {with_host(""), {"GET / 1.1 keep [Host=] {}"}},
  {with_host(" [::1]:8080"), {"GET / 1.1 keep [Host=[::1]:8080] {}"}},
  {with_host("\t a.example-b_c.org \t"),
   {"GET / 1.1 keep [Host=a.example-b_c.org] {}"}},
  // Fields.
  {with_fields("A:\r\nB: \r\nC:c\r\nD: \t d e\tf \t\r\n"),
   {"POST /x 1.1 keep [Host=a] [A=] [B=] [C=c] [D=d e\tf] {}"}},
  {with_fields("A: \xC3\xA9\xFF\r\nA: 2\r\n!#$%&'*+-.^_`|~09: x\r\n"),
   {"POST /x 1.1 keep [Host=a] [A=\xC3\xA9\xFF] [A=2] "
    "[!#$%&'*+-.^_`|~09=x] {}"}},
  // Persistence.
  {with_fields("Connection: close\r\n"),
   {"POST /x 1.1 close [Host=a] [Connection=close] {}"}},
  {with_fields("Connection: Upgrade , CLOSE\r\n"),
   {"POST /x 1.1 close [Host=a] [Connection=Upgrade , CLOSE] {}"}},
  {with_fields("Connection: keep-alive\r\nConnection: close\r\n"),
   {"POST /x 1.1 close [Host=a] [Connection=keep-alive] "
    "[Connection=close] {}"}},
  {with_fields("Connection:\r\nConnection: closed\r\n"),
   {"POST /x 1.1 keep [Host=a] [Connection=] [Connection=closed] {}"}},
  {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
   {"GET / 1.0 keep [Connection=Keep-Alive] {}"}},
  {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
   {"GET / 1.0 close [Connection=keep-alive, close] {}"}},
  {"GET / HTTP/1.0\r\nProxy-Connection: keep-alive\r\n\r\n",
   {"GET / 1.0 close [Proxy-Connection=keep-alive] {}"}},
  {with_fields("Proxy-Connection: close\r\n"),
   {"POST /x 1.1 keep [Host=a] [Proxy-Connection=close] {}"}},
  // Bodies of known length.
  {with_fields("Content-Length: 0\r\n"),
   {"POST /x 1.1 keep [Host=a] [Content-Length=0] {}"}},
  {with_fields("Content-Length: 5\r\n") + "a\r\n\0b"s,
   {"POST /x 1.1 keep [Host=a] [Content-Length=5] {a\r\n\0b}"s}},
  {with_fields("Content-Length: 0003\r\n") + "abc",
   {"POST /x 1.1 keep [Host=a] [Content-Length=0003] {abc}"}},
  {"GET / HTTP/1.0\r\nContent-Length: 1\r\n\r\na",
   {"GET / 1.0 close [Content-Length=1] {a}"}},
  // Chunks.
  {chunked("0\r\n\r\n"),
   {"POST /x 1.1 keep [Host=a] [Transfer-Encoding=chunked] {}"}},
  {with_fields("transfer-encoding: CHUNKED\r\n") + "1\r\na\r\n0\r\n\r\n",
   {"POST /x 1.1 keep [Host=a] [transfer-encoding=CHUNKED] {a}"}},
  {chunked("5\r\nhello\r\n006\r\n\r\n\r\n\r\n\r\nB\r\n12345678901\r\n"
           "000\r\n\r\n"),
   {"POST /x 1.1 keep [Host=a] [Transfer-Encoding=chunked] "
    "{hello\r\n\r\n\r\n12345678901}"}},
  {chunked("1;a;b=c ; d=\"e\\\"\x80;f\"\r\na\r\n0;x=y\r\n\r\n"),
   {"POST /x 1.1 keep [Host=a] [Transfer-Encoding=chunked] {a}"}},
  {chunked("1\r\na\r\n0\r\nA: b\r\nHost: c\r\nConnection: close\r\n"
           "Expect: x\r\n\r\n"),
   {"POST /x 1.1 keep [Host=a] [Transfer-Encoding=chunked] {a}"}},
  // Expect.
  {with_fields("Expect: 100-Continue\r\nContent-Length: 1\r\n") + "a",
   {"POST /x 1.1 keep [Host=a] [Expect=100-Continue] "
    "[Content-Length=1] {a}"}},
  {with_fields("Expect: 100-continue\r\n"),
   {"POST /x 1.1 keep [Host=a] [Expect=100-continue] {}"}},
  {"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
   {"POST / 1.0 close [Expect=100-continue] [Content-Length=1] {a}"}},
  // Pipelines.
  {with_target("/1") + "\r\n" + with_target("/2"),
   {"GET /1 1.1 keep [Host=a] {}", "GET /2 1.1 keep [Host=a] {}"}},
  {with_fields("Content-Length: 2\r\n") + "ab" + chunked("1\r\nc\r\n0\r\n\r\n")
     + "\r\n" + with_target("http://b?d") + chunked("0\r\nT: u\r\n\r\n")
     + with_target("/e") + "\r\n",
   {"POST /x 1.1 keep [Host=a] [Content-Length=2] {ab}",
    "POST /x 1.1 keep [Host=a] [Transfer-Encoding=chunked] {c}",
    "GET /?d 1.1 keep [Host=a] {}",
    "POST /x 1.1 keep [Host=a] [Transfer-Encoding=chunked] {}",
    "GET /e 1.1 keep [Host=a] {}"}},
};

} // namespace

TEST_SUITE("request_reader") {
  TEST_CASE("every malformed request is refused with its status") {
    CHECK(refused_requests.size() >= 120);
    for (const auto& row : refused_requests) {
      CAPTURE(row.bytes.substr(0, 200));
      auto result = read(row.bytes);
      CHECK(result.requests.empty());
      CHECK(result.state == read_state::error);
      CHECK(result.status == row.status);
    }
  }

  TEST_CASE("every well-formed request is understood") {
    for (const auto& row : accepted_requests) {
      CAPTURE(row.bytes);
      auto result = read(row.bytes);
      CHECK(result.requests == row.requests);
      CHECK(result.state == read_state::idle);
      CHECK(result.status == 0);
    }
  }

  TEST_CASE("a request is the same however it is split") {
    for (const auto& row : accepted_requests)
      check_every_split(row.bytes);
  }

  TEST_CASE("a refusal is the same however the request is split") {
    for (const auto& row : refused_requests)
      check_every_split(row.bytes);
  }

  TEST_CASE("a cut request is never complete") {
    for (const auto& row : accepted_requests) {
      CAPTURE(row.bytes);
      if (row.requests.size() > 1 || row.bytes.starts_with("\r\n"))
        continue;
      for (std::size_t size = 1; size < row.bytes.size(); ++size) {
        auto result = read(std::string_view{row.bytes}.substr(0, size));
        CHECK(result.requests.empty());
        CHECK((result.state == read_state::header
               || result.state == read_state::body));
      }
    }
  }

  TEST_CASE("the state tells which deadline runs") {
    request_reader reader{default_limits};
    CHECK(reader.state() == read_state::idle);
    CHECK(feed(reader, "") == read_state::idle);
    CHECK(feed(reader, "P") == read_state::header);
    CHECK(feed(reader, "OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n")
          == read_state::header);
    CHECK(feed(reader, "\r\n") == read_state::body);
    CHECK(feed(reader, "a") == read_state::body);
    CHECK(feed(reader, "b") == read_state::complete);
    CHECK(reader.next() == read_state::idle);
    CHECK(feed(reader, "\r\n") == read_state::idle);
    CHECK(feed(reader, "G") == read_state::header);
  }

  TEST_CASE("a 100 is expected once, and only before the body") {
    auto head = with_fields("Expect: 100-continue\r\nContent-Length: 2\r\n");
    request_reader reader{default_limits};

    SUBCASE("the client waits") {
      CHECK(feed(reader, head) == read_state::expect_continue);
      reader.continue_sent();
      CHECK(reader.state() == read_state::body);
      CHECK(feed(reader, "a") == read_state::body);
      CHECK(feed(reader, "b") == read_state::complete);
    }
    SUBCASE("the client gives up waiting") {
      CHECK(feed(reader, head) == read_state::expect_continue);
      CHECK(feed(reader, "a") == read_state::body);
      CHECK(feed(reader, "b") == read_state::complete);
    }
    SUBCASE("the client does not wait") {
      CHECK(feed(reader, head + "a") == read_state::body);
      CHECK(feed(reader, "b") == read_state::complete);
    }
    SUBCASE("before chunks") {
      CHECK(feed(reader, with_fields("Expect: 100-continue\r\n"
                                     "Transfer-Encoding: chunked\r\n"))
            == read_state::expect_continue);
      CHECK(feed(reader, "0\r\n\r\n") == read_state::complete);
    }
    SUBCASE("the client does not wait with the size of a chunk") {
      CHECK(feed(reader, with_fields("Expect: 100-continue\r\n"
                                     "Transfer-Encoding: chunked\r\n")
                           + "0001\r\n")
            == read_state::body);
      CHECK(feed(reader, "a\r\n0\r\n\r\n") == read_state::complete);
    }
    SUBCASE("behind another request") {
      CHECK(feed(reader, with_fields("") + head) == read_state::complete);
      CHECK(reader.next() == read_state::expect_continue);
      reader.continue_sent();
      CHECK(feed(reader, "ab") == read_state::complete);
    }
    SUBCASE("never in HTTP/1.0") {
      CHECK(feed(reader, "POST / HTTP/1.0\r\nExpect: 100-continue\r\n"
                         "Content-Length: 2\r\n\r\n")
            == read_state::body);
    }
    SUBCASE("never without a body") {
      CHECK(feed(reader, with_fields("Expect: 100-continue\r\n"))
            == read_state::complete);
    }
  }

  TEST_CASE("a body too large is refused before it is sent") {
    request_limits limits;
    limits.body_bytes = 4;
    CHECK(read(with_fields("Content-Length: 4\r\n") + "abcd", limits)
            .requests.size()
          == 1);
    CHECK(read(with_fields("Content-Length: 5\r\n"), limits).status == 413);
    CHECK(
      read(with_fields("Expect: 100-continue\r\nContent-Length: 5\r\n"), limits)
        .status
      == 413);
    CHECK(read(chunked("4\r\nabcd\r\n0\r\n\r\n"), limits).requests.size() == 1);
    CHECK(read(chunked("5\r\n"), limits).state == read_state::body);
    CHECK(read(chunked("5\r\nab"), limits).status == 413);
    CHECK(read(chunked("3\r\nabc\r\n2\r\nd"), limits).status == 413);
  }

  TEST_CASE("a head of exactly the limit is accepted") {
    auto request = with_fields("A: \r\n");
    request.insert(request.find("A: ") + 3,
                   std::string(8192 - request.size(), 'a'));
    REQUIRE(request.size() == 8192);
    CHECK(read(request).requests.size() == 1);
    CHECK(read_bytewise(request).requests.size() == 1);
    request.insert(request.find("A: ") + 3, "a");
    CHECK(read(request).status == 431);
    CHECK(read_bytewise(request).status == 431);
    CHECK(read(many_fields(100)).requests.size() == 1);
  }

  TEST_CASE("a trailer of 70 KB is refused, however it arrives") {
    auto bomb
      = chunked("1\r\na\r\n0\r\nA: " + std::string(70000, 'a') + "\r\n\r\n");
    CHECK(read(bomb).status == 400);
    CHECK(read_pieces(bomb, {bomb.size() - 1}).status == 400);
    CHECK(read_bytewise(bomb).status == 400);

    request_reader reader{default_limits};
    feed(reader, chunked("0\r\nA: "));
    std::size_t fed = 0;
    std::size_t peak = 0;
    while (feed(reader, std::string(512, 'a')) == read_state::body) {
      fed += 512;
      peak = std::max(peak, reader.memory());
    }
    CHECK(reader.error().status == 400);
    CHECK(fed < 8192 + 512);
    CHECK(peak < 32768);
  }

  TEST_CASE("many small trailers are bounded as one large") {
    std::string trailers;
    for (int i = 0; i < 2000; ++i)
      trailers += "A: b\r\n";
    auto bomb = chunked("0\r\n" + trailers + "\r\n");
    CHECK(read(bomb).status == 400);
    CHECK(read_bytewise(bomb).status == 400);
  }

  TEST_CASE("chunk extensions are bounded over the whole request") {
    std::string chunks;
    for (int i = 0; i < 10; ++i)
      chunks += "1;" + std::string(1000, 'a') + "\r\nx\r\n";
    auto bomb = chunked(chunks + "0\r\n\r\n");
    CHECK(read(bomb).status == 400);
    CHECK(read_bytewise(bomb).status == 400);
    // Chunks of one byte each are wasteful and legal.
    chunks.clear();
    for (int i = 0; i < 10000; ++i)
      chunks += "1\r\nx\r\n";
    CHECK(read(chunked(chunks + "0\r\n\r\n")).requests.size() == 1);
  }

  TEST_CASE("no control character hides within quotes of a chunk extension") {
    for (auto bad : {"\n"sv, "\0"sv, "\x1b"sv, "\x7f"sv, "\\\n"sv, "b\n0"sv}) {
      const auto quoted = ";a=\"" + std::string{bad} + "\"\r\n";
      CAPTURE(quoted);
      for (const auto& bytes : {chunked("1" + quoted + "x\r\n0\r\n\r\n"),
                                chunked("0" + quoted + "\r\n")}) {
        CHECK(read(bytes).status == 400);
        CHECK(read_bytewise(bytes).status == 400);
      }
    }
    for (auto good : {"\t"sv, " "sv, "\xe9"sv, "\\\"\\\\"sv}) {
      const auto quoted = ";a=\"" + std::string{good} + "\"\r\n";
      CHECK(read(chunked("1" + quoted + "x\r\n0\r\n\r\n")).requests.size()
            == 1);
    }
  }

  TEST_CASE("memory grows with what was received, not with what was said") {
    request_reader reader{default_limits};
    CHECK(reader.memory() == 0);
    feed(reader, with_fields("Content-Length: 1048576\r\n"));
    CHECK(reader.memory() < 2048);
    std::string piece(1000, 'x');
    std::size_t sent = 0;
    while (sent + piece.size() < 1048576) {
      REQUIRE(feed(reader, piece) == read_state::body);
      sent += piece.size();
      REQUIRE(reader.memory() < 2 * sent + 4096);
    }
    CHECK(feed(reader, std::string(1048576 - sent, 'y'))
          == read_state::complete);
    CHECK(reader.request().body.size() == 1048576);
    CHECK(reader.request().method == "POST");
    CHECK(reader.request().field("host") == "a");
    CHECK(reader.next() == read_state::idle);
    CHECK(reader.memory() == 0);
  }

  TEST_CASE("chunks are decoded in place") {
    request_reader reader{default_limits};
    feed(reader, with_fields("Transfer-Encoding: chunked\r\n"));
    for (int i = 0; i < 100000; ++i)
      REQUIRE(feed(reader, "1\r\nx\r\n") == read_state::body);
    CHECK(reader.memory() < 300000);
    CHECK(feed(reader, "0\r\n\r\n") == read_state::complete);
    CHECK(reader.request().body == std::string(100000, 'x'));
  }

  TEST_CASE("a large request does not leave its memory to the next") {
    request_reader reader{default_limits};
    feed(reader, with_fields("Content-Length: 1000000\r\n")
                   + std::string(1000000, 'x') + "GET / HT");
    REQUIRE(reader.state() == read_state::complete);
    CHECK(reader.memory() > 1000000);
    CHECK(reader.next() == read_state::header);
    CHECK(reader.memory() < 4096);
    CHECK(feed(reader, "TP/1.0\r\n\r\n") == read_state::complete);
    CHECK(reader.request().target == "/");
  }

  TEST_CASE("an idle reader owns no memory") {
    request_reader reader{default_limits};
    CHECK(reader.memory() == 0);
    feed(reader, with_target("/"));
    CHECK(reader.memory() > 0);
    reader.next();
    CHECK(reader.memory() == 0);
    feed(reader, "\r\n");
    CHECK(reader.memory() == 0);
    feed(reader, "G");
    reader.reset();
    CHECK(reader.memory() == 0);
    CHECK(reader.state() == read_state::idle);
    feed(reader, "\n");
    CHECK(reader.state() == read_state::error);
    CHECK(reader.memory() == 0);
  }

  TEST_CASE("pipelined requests come one at a time") {
    std::string bytes;
    for (int i = 0; i < 300; ++i)
      bytes += with_target("/" + std::to_string(i));
    request_reader reader{default_limits};
    auto state = feed(reader, bytes);
    for (int i = 0; i < 300; ++i) {
      REQUIRE(state == read_state::complete);
      CHECK(reader.request().target == "/" + std::to_string(i));
      state = reader.next();
    }
    CHECK(state == read_state::idle);
  }

  TEST_CASE("what arrives during an answer waits for it, up to a bound") {
    request_limits limits;
    limits.pipelined_bytes = 100;
    request_reader reader{limits};
    feed(reader, with_target("/1"));
    CHECK(feed(reader, with_target("/2").substr(0, 10))
          == read_state::complete);
    CHECK(feed(reader, with_target("/2").substr(10)) == read_state::complete);
    CHECK(reader.request().target == "/1");
    CHECK(reader.request().field("Host") == "a");
    CHECK(reader.rest() == with_target("/2"));

    SUBCASE("the next request is read from it") {
      CHECK(reader.next() == read_state::complete);
      CHECK(reader.request().target == "/2");
      CHECK(reader.rest().empty());
    }
    SUBCASE("more than the bound is an error") {
      CHECK(feed(reader, std::string(100, 'x')) == read_state::error);
      CHECK(reader.memory() == 0);
    }
  }

  TEST_CASE("bytes behind an upgrade are handed over untouched") {
    auto upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                   "Upgrade: websocket\r\n\r\n"s;
    auto frames = "\x81\x80\0\0\0\0\r\n\r\nGET"s;
    request_reader reader{default_limits};
    CHECK(reader.rest().empty());
    SUBCASE("in one piece") {
      CHECK(feed(reader, upgrade + frames) == read_state::complete);
    }
    SUBCASE("later") {
      CHECK(feed(reader, upgrade) == read_state::complete);
      CHECK(reader.rest().empty());
      CHECK(feed(reader, frames) == read_state::complete);
    }
    SUBCASE("behind a body of chunks") {
      CHECK(feed(reader, chunked("1\r\na\r\n0\r\n\r\n") + frames)
            == read_state::complete);
      CHECK(reader.request().body == "a");
    }
    CHECK(reader.rest() == frames);
    reader.reset();
    CHECK(reader.memory() == 0);
  }

  TEST_CASE("after an error nothing is read until reset") {
    request_reader reader{default_limits};
    feed(reader, "GET / HTTP/1.1\r\n\r\n");
    REQUIRE(reader.state() == read_state::error);
    CHECK(reader.error().reason == "Host field is missing.");
    CHECK_FALSE(reader.keep_alive());
    CHECK(reader.http_minor() == 1);
    CHECK(feed(reader, with_target("/")) == read_state::error);
    CHECK(reader.next() == read_state::error);
    reader.reset();
    CHECK(feed(reader, with_target("/")) == read_state::complete);
    CHECK(reader.error().status == 0);
  }

  TEST_CASE("what can never become a request is refused at once") {
    CHECK(read("\x16").status == 400);
    CHECK(read("\r\n\r").status == 400);
    CHECK(read("GET / HTTP/1.1\n").status == 400);
    CHECK(read("GET / HTTP/1.1\r\n a\r\n").status == 400);
  }

  TEST_CASE("a request behind a refused one is not read") {
    auto result
      = read(with_target("/") + "GET / HTTP/1.1\r\n\r\n" + with_target("/"));
    CHECK(result.requests.size() == 1);
    CHECK(result.status == 400);
  }

  TEST_CASE("every reason can be put into an answer as it is") {
    for (const auto& row : refused_requests) {
      request_reader reader{default_limits};
      feed(reader, row.bytes);
      auto reason = reader.error().reason;
      CHECK(reason.size() > 5);
      CHECK(std::all_of(reason.begin(), reason.end(), [](char c) {
        return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
      }));
    }
  }

  TEST_CASE("a reader keeps its request when it is moved") {
    request_reader first{default_limits};
    feed(first, with_fields("Content-Length: 1\r\n"));
    request_reader second{std::move(first)};
    CHECK(feed(second, "a") == read_state::complete);
    request_reader third{default_limits};
    third = std::move(second);
    CHECK(third.request().body == "a");
    CHECK(third.request().field("content-length") == "1");
  }
}
