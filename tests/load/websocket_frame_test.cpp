#include "tests/load/websocket_frame.hpp"

#include <doctest/doctest.h>

using namespace thunderpush::load;

namespace {

/// An unmasked text frame, as a server sends it.
std::string server_frame(std::size_t length) {
  std::string bytes = "\x81";
  if (length < 126) {
    bytes += static_cast<char>(length);
  } else if (length < 65'536) {
    bytes += '\x7e';
    bytes += static_cast<char>(length >> 8);
    bytes += static_cast<char>(length & 0xff);
  } else {
    bytes += '\x7f';
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes += static_cast<char>(length >> shift & 0xff);
  }
  return bytes + std::string(length, 'x');
}

} // namespace

TEST_SUITE("WebSocket frame") {
  TEST_CASE("each form of the length is read, RFC 6455 section 5.2") {
    for (const std::size_t length : {0u, 1u, 125u, 126u, 65'535u, 65'536u}) {
      const auto bytes = server_frame(length);
      CAPTURE(length);
      const auto frame = parse_frame(bytes);
      REQUIRE(frame);
      CHECK(frame->code == opcode::text);
      CHECK(frame->final);
      CHECK_FALSE(frame->masked);
      CHECK(frame->payload.size() == length);
      CHECK(frame->size == bytes.size());
      CHECK_FALSE(
        parse_frame(std::string_view{bytes}.substr(0, bytes.size() - 1)));
    }
  }

  TEST_CASE("every part of a header is incomplete") {
    const auto bytes = server_frame(65'536);
    for (std::size_t size = 0; size < 10; ++size)
      CHECK_FALSE(parse_frame(std::string_view{bytes}.substr(0, size)));
  }

  TEST_CASE("a length beyond all memory is just incomplete") {
    CHECK_FALSE(parse_frame("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"));
  }

  TEST_CASE("the bits of the first byte are told apart") {
    using namespace std::string_view_literals;
    CHECK_FALSE(parse_frame("\x01\x00"sv)->final);
    CHECK(parse_frame("\xc1\x00"sv)->reserved_bits);
    CHECK(parse_frame("\x89\x00"sv)->code == opcode::ping);
    CHECK(parse_frame("\x81\x80____"sv)->masked);
  }

  TEST_CASE("what is sent is masked and comes back when unmasked") {
    std::string bytes;
    append_frame(bytes, opcode::text, "hello");
    const auto frame = parse_frame(bytes);
    REQUIRE(frame);
    CHECK(frame->masked);
    const auto mask = bytes.substr(2, 4);
    std::string text{frame->payload};
    for (std::size_t i = 0; i < text.size(); ++i)
      text[i] = static_cast<char>(text[i] ^ mask[i % 4]);
    CHECK(text == "hello");
  }
}
