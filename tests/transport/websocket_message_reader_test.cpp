#include "encoding/utf8.hpp"
#include "transport/websocket/message_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace thunderpush::websocket;

namespace {

constexpr std::array<unsigned char, 4> some_mask = {0x37, 0xFA, 0x21, 0x3D};

std::string bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (const auto value : values)
    text.push_back(static_cast<char>(value));
  return text;
}

enum class fragment { final, more };

// The length in a field of so many bytes behind the second byte: 0, 2 or 8.
std::string client_header(unsigned first_byte, std::uint64_t length,
                          unsigned length_bytes,
                          std::array<unsigned char, 4> mask = some_mask) {
  auto header = bytes({first_byte});
  const auto short_length = length_bytes == 0
                              ? length
                              : std::uint64_t{length_bytes == 2 ? 126U : 127U};
  header += bytes({static_cast<unsigned>(0x80 | short_length)});
  for (auto left = length_bytes; left-- > 0;)
    header += bytes({static_cast<unsigned>((length >> (8 * left)) & 0xFF)});
  for (const auto byte : mask)
    header.push_back(static_cast<char>(byte));
  return header;
}

std::string client_frame(opcode type, std::string_view payload,
                         fragment place = fragment::final,
                         std::array<unsigned char, 4> mask = some_mask) {
  unsigned length_bytes = 0;
  if (payload.size() > 125)
    length_bytes = payload.size() > 65535 ? 8 : 2;
  const auto first
    = static_cast<unsigned>(type) | (place == fragment::final ? 0x80U : 0x00U);
  auto frame = client_header(first, payload.size(), length_bytes, mask);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(
      static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]));
  }
  return frame;
}

std::string closing(unsigned code, std::string_view reason = {}) {
  return bytes({code >> 8, code & 0xFF}) + std::string(reason);
}

// Events as text, so that a failed comparison shows what was read.
struct to_text {
  std::string operator()(need_more) const { return "need more"; }
  std::string operator()(text_message found) const {
    return "text:" + std::string(found.payload);
  }
  std::string operator()(binary_message found) const {
    return "binary:" + std::string(found.payload);
  }
  std::string operator()(ping found) const {
    return "ping:" + std::string(found.payload);
  }
  std::string operator()(pong found) const {
    return "pong:" + std::string(found.payload);
  }
  std::string operator()(const close_frame& found) const {
    if (!found.code)
      return "close";
    return "close:" + std::to_string(static_cast<unsigned>(*found.code)) + ":"
           + std::string(found.reason);
  }
  std::string operator()(violation found) const {
    return "violation:" + std::to_string(static_cast<unsigned>(found.code))
           + ":" + std::string(found.why);
  }
};

using events = std::vector<std::string>;

// What the reader finds in one piece of input. The piece has memory of its own
// that is gone afterwards, so that a view kept too long is found out.
events read_piece(message_reader& reader, std::string_view piece,
                  const message_limits& limits) {
  std::vector<char> memory(piece.begin(), piece.end());
  std::span<char> input = memory;
  events found;
  while (true) {
    auto text = std::visit(to_text{}, reader.next(input, limits));
    if (text == "need more")
      break;
    found.push_back(std::move(text));
  }
  CHECK(input.empty());
  return found;
}

// What a new reader finds in a stream that is cut behind the given positions.
events read_split(std::string_view stream,
                  const std::vector<std::size_t>& positions,
                  const message_limits& limits = {}) {
  message_reader reader;
  events found;
  std::size_t start = 0;
  const auto read_to = [&](std::size_t end) {
    auto more = read_piece(reader, stream.substr(start, end - start), limits);
    found.insert(found.end(), more.begin(), more.end());
    start = end;
  };
  for (const auto position : positions)
    read_to(position);
  read_to(stream.size());
  return found;
}

events read_whole(std::string_view stream, const message_limits& limits = {}) {
  return read_split(stream, {}, limits);
}

events read_bytewise(std::string_view stream,
                     const message_limits& limits = {}) {
  std::vector<std::size_t> positions;
  for (std::size_t i = 1; i < stream.size(); ++i)
    positions.push_back(i);
  return read_split(stream, positions, limits);
}

// Reads in one piece and byte by byte; both must agree.
events read(std::string_view stream, const message_limits& limits = {}) {
  auto found = read_whole(stream, limits);
  CHECK(found == read_bytewise(stream, limits));
  return found;
}

// The number of the close code the stream is answered with, 0 for none.
unsigned violated(std::string_view stream, const message_limits& limits = {}) {
  const auto found = read(stream, limits);
  constexpr std::string_view prefix = "violation:";
  if (found.empty() || !found.back().starts_with(prefix))
    return 0;
  return static_cast<unsigned>(
    std::stoul(found.back().substr(prefix.size(), 4)));
}

const std::string euro = "\xE2\x82\xAC";

} // namespace

TEST_SUITE("websocket message reader") {
  TEST_CASE("the masked frame of the RFC is read") {
    // RFC 6455 section 5.7.
    const auto hello = bytes(
      {0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58});
    CHECK(read(hello) == events{"text:Hello"});
  }

  TEST_CASE("each kind of frame gives its event") {
    CHECK(read(client_frame(opcode::text, "a")) == events{"text:a"});
    CHECK(read(client_frame(opcode::binary, "\xFF")) == events{"binary:\xFF"});
    CHECK(read(client_frame(opcode::ping, "a")) == events{"ping:a"});
    CHECK(read(client_frame(opcode::pong, "a")) == events{"pong:a"});
    CHECK(read(client_frame(opcode::close, "")) == events{"close"});
    CHECK(read(client_frame(opcode::close, closing(1000, "bye")))
          == events{"close:1000:bye"});
  }

  TEST_CASE("messages of every form of length are read") {
    for (const auto size : std::to_array<std::size_t>(
           {0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536})) {
      CAPTURE(size);
      std::string payload(size, 'x');
      for (std::size_t i = 0; i < size; ++i)
        payload[i] = static_cast<char>('a' + i % 26);
      CHECK((read(client_frame(opcode::text, payload))
             == events{"text:" + payload}));
    }
  }

  TEST_CASE("a payload is unmasked whatever its length and where it is cut") {
    for (std::size_t size = 0; size <= 40; ++size) {
      std::string payload(size, '\0');
      for (std::size_t i = 0; i < size; ++i)
        payload[i] = static_cast<char>(i * 7);
      const auto frame = client_frame(opcode::binary, payload);
      for (std::size_t cut = 0; cut <= frame.size(); ++cut)
        CHECK((read_split(frame, {cut}) == events{"binary:" + payload}));
    }
  }

  TEST_CASE("a mask of zeros is a mask") {
    CHECK(read(client_frame(opcode::text, "plain", fragment::final, {}))
          == events{"text:plain"});
  }

  TEST_CASE("several frames in one input come out in order") {
    CHECK(read(client_frame(opcode::text, "1") + client_frame(opcode::ping, "2")
               + client_frame(opcode::binary, "3")
               + client_frame(opcode::text, ""))
          == events{"text:1", "ping:2", "binary:3", "text:"});
  }

  TEST_CASE("fragments become one message") {
    CHECK(read(client_frame(opcode::text, "one ", fragment::more)
               + client_frame(opcode::continuation, "two ", fragment::more)
               + client_frame(opcode::continuation, "three"))
          == events{"text:one two three"});
    CHECK(read(client_frame(opcode::binary, "", fragment::more)
               + client_frame(opcode::continuation, ""))
          == events{"binary:"});
    CHECK(read(client_frame(opcode::text, "a", fragment::more)
               + client_frame(opcode::continuation, ""))
          == events{"text:a"});
  }

  TEST_CASE("a message behind a fragmented one starts afresh") {
    CHECK(read(client_frame(opcode::text, "a", fragment::more)
               + client_frame(opcode::continuation, "b")
               + client_frame(opcode::binary, "\xFF", fragment::more)
               + client_frame(opcode::continuation, "\xFE")
               + client_frame(opcode::text, "c"))
          == events{"text:ab", "binary:\xFF\xFE", "text:c"});
  }

  TEST_CASE("control frames come between fragments, at once") {
    CHECK(read(client_frame(opcode::text, "a", fragment::more)
               + client_frame(opcode::ping, "1")
               + client_frame(opcode::ping, "")
               + client_frame(opcode::continuation, "b", fragment::more)
               + client_frame(opcode::pong, std::string(125, 'p'))
               + client_frame(opcode::continuation, "c"))
          == events{"ping:1", "ping:", "pong:" + std::string(125, 'p'),
                    "text:abc"});
  }

  TEST_CASE("a close between fragments drops the message") {
    CHECK(read(client_frame(opcode::text, "a", fragment::more)
               + client_frame(opcode::close, closing(1001))
               + client_frame(opcode::continuation, "b"))
          == events{"close:1001:"});
  }

  TEST_CASE("nothing follows a close") {
    CHECK(read(client_frame(opcode::close, closing(3000, "x"))
               + client_frame(opcode::text, "late")
               + client_frame(opcode::close, ""))
          == events{"close:3000:x"});
  }

  TEST_CASE("nothing follows a violation") {
    const auto found = read(bytes({0xF1}) + client_frame(opcode::text, "late"));
    CHECK(found == events{"violation:1002:reserved bit set"});
  }

  TEST_CASE("every split into three pieces gives the events of the whole") {
    const auto streams = std::to_array<std::string>({
      client_frame(opcode::text, "gr\xC3\xBC\xC3\x9F " + euro)
        + client_frame(opcode::text, "a" + euro.substr(0, 1), fragment::more)
        + client_frame(opcode::ping, "ping")
        + client_frame(opcode::continuation, euro.substr(1, 1), fragment::more)
        + client_frame(opcode::continuation, "", fragment::more)
        + client_frame(opcode::continuation, euro.substr(2) + "z")
        + client_frame(opcode::close, closing(4000, "bye")),
      client_frame(opcode::binary, std::string(126, 'b'))
        + client_frame(opcode::pong, "")
        + client_frame(opcode::text, "bad \xED\xA0\x80 text")
        + client_frame(opcode::text, "late"),
    });
    for (const auto& stream : streams) {
      const auto expected = read_whole(stream);
      for (std::size_t i = 0; i <= stream.size(); ++i) {
        for (std::size_t j = i; j <= stream.size(); ++j) {
          if (read_split(stream, {i, j}) != expected)
            FAIL_CHECK("split at " << i << " and " << j);
        }
      }
      CHECK(read_bytewise(stream) == expected);
    }
  }

  TEST_CASE("a caller may stop between events and keep the input") {
    const auto stream
      = client_frame(opcode::text, "1") + client_frame(opcode::text, "2");
    std::vector<char> memory(stream.begin(), stream.end());
    std::span<char> input = memory;
    message_reader reader;
    CHECK(std::visit(to_text{}, reader.next(input, {})) == "text:1");
    CHECK(input.size() == stream.size() / 2);
    // Later, and from another place in memory.
    std::vector<char> rest(input.begin(), input.end());
    memory.clear();
    input = rest;
    CHECK(std::visit(to_text{}, reader.next(input, {})) == "text:2");
    CHECK(std::visit(to_text{}, reader.next(input, {})) == "need more");
  }

  TEST_CASE("a reader can be moved within a message") {
    const auto first = client_frame(opcode::text, "mo", fragment::more);
    message_reader before;
    CHECK(read_piece(before, first, {}).empty());
    auto after = std::move(before);
    CHECK(read_piece(after, client_frame(opcode::continuation, "ved"), {})
          == events{"text:moved"});
  }
}

TEST_SUITE("websocket protocol errors") {
  TEST_CASE("a frame that breaks the framing closes with 1002") {
    const auto text = static_cast<unsigned>(0x81);
    struct test_case {
      const char* what;
      std::string stream;
    };
    const auto cases = std::to_array<test_case>({
      {"first reserved bit", client_header(0xC1, 0, 0)},
      {"second reserved bit", client_header(0xA1, 0, 0)},
      {"third reserved bit", client_header(0x91, 0, 0)},
      {"reserved bit on a control frame", client_header(0xC9, 0, 0)},
      {"unmasked text", bytes({0x81, 0x00})},
      {"unmasked ping", bytes({0x89, 0x00})},
      {"unmasked long frame", bytes({0x81, 0x7E})},
      {"fragmented ping", client_header(0x09, 0, 0)},
      {"fragmented pong", client_header(0x0A, 0, 0)},
      {"fragmented close", client_header(0x08, 0, 0)},
      {"ping of 126 bytes", client_header(0x89, 126, 2)},
      {"close with a 64-bit length", client_header(0x88, 0, 8)},
      {"0 in 16 bits", client_header(text, 0, 2)},
      {"125 in 16 bits", client_header(text, 125, 2)},
      {"0 in 64 bits", client_header(text, 0, 8)},
      {"65535 in 64 bits", client_header(text, 65535, 8)},
      {"top bit set", client_header(text, std::uint64_t{1} << 63, 8)},
      {"all bits set", client_header(text, ~std::uint64_t{0}, 8)},
      {"continuation of nothing", client_frame(opcode::continuation, "a")},
      {"open continuation of nothing",
       client_frame(opcode::continuation, "a", fragment::more)},
      {"continuation after a whole message",
       client_frame(opcode::text, "a")
         + client_frame(opcode::continuation, "")},
      {"continuation after a fragmented message",
       client_frame(opcode::text, "a", fragment::more)
         + client_frame(opcode::continuation, "b")
         + client_frame(opcode::continuation, "c")},
      {"text within a message", client_frame(opcode::text, "a", fragment::more)
                                  + client_frame(opcode::text, "b")},
      {"binary within an empty message",
       client_frame(opcode::text, "", fragment::more)
         + client_frame(opcode::binary, "b", fragment::more)},
    });
    for (const auto& row : cases) {
      CAPTURE(row.what);
      CHECK(violated(row.stream) == 1002);
    }
  }

  TEST_CASE("an unknown opcode closes with 1002") {
    for (const auto code : std::to_array<unsigned>(
           {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF})) {
      CAPTURE(code);
      CHECK(violated(bytes({0x80 | code})) == 1002);
      CHECK(violated(bytes({code})) == 1002);
    }
  }

  TEST_CASE("a violation is found with the byte that commits it") {
    CHECK(violated(bytes({0xC1})) == 1002);
    CHECK(violated(bytes({0x09})) == 1002);
    CHECK(violated(bytes({0x81, 0x05})) == 1002);
    CHECK(violated(bytes({0x89, 0xFE})) == 1002);
    CHECK(violated(bytes({0x81, 0xFE, 0x00, 0x7D})) == 1002);
    CHECK(violated(bytes({0x81, 0xFE, 0x00})) == 0);
  }

  TEST_CASE("a close code that may not be on the wire closes with 1002") {
    for (const unsigned code : {0U, 1U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U,
                                1100U, 2000U, 2999U, 5000U, 9000U, 65535U}) {
      CAPTURE(code);
      CHECK(violated(client_frame(opcode::close, closing(code))) == 1002);
    }
    for (const unsigned code : {1000U, 1001U, 1002U, 1003U, 1007U, 1014U, 3000U,
                                3999U, 4000U, 4999U}) {
      CAPTURE(code);
      CHECK(read(client_frame(opcode::close, closing(code)))
            == events{"close:" + std::to_string(code) + ":"});
    }
  }

  TEST_CASE("a close payload of one byte closes with 1002") {
    CHECK(violated(client_frame(opcode::close, "\x03")) == 1002);
  }

  TEST_CASE("a close reason that is not UTF-8 closes with 1007") {
    CHECK(violated(client_frame(opcode::close, closing(1000, "\xFF"))) == 1007);
    CHECK(
      violated(client_frame(opcode::close, closing(1000, euro.substr(0, 2))))
      == 1007);
    CHECK(read(client_frame(opcode::close, closing(1000, euro)))
          == events{"close:1000:" + euro});
  }
}

TEST_SUITE("websocket text") {
  TEST_CASE("a text message that is not UTF-8 closes with 1007") {
    for (const std::string text :
         {"\x80", "a\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF",
          "cut \xE2\x82"}) {
      CAPTURE(text);
      CHECK(violated(client_frame(opcode::text, text)) == 1007);
      CHECK(violated(client_frame(opcode::text, "", fragment::more)
                     + client_frame(opcode::continuation, text))
            == 1007);
    }
  }

  TEST_CASE("a character may be cut by fragments, not by the message's end") {
    CHECK(read(client_frame(opcode::text, euro.substr(0, 1), fragment::more)
               + client_frame(opcode::continuation, euro.substr(1)))
          == events{"text:" + euro});
    CHECK(violated(client_frame(opcode::text, euro.substr(0, 1), fragment::more)
                   + client_frame(opcode::continuation, ""))
          == 1007);
    CHECK(violated(client_frame(opcode::text, euro.substr(0, 1), fragment::more)
                   + client_frame(opcode::continuation, "a"))
          == 1007);
  }

  TEST_CASE("bad text fails before its fragment and its message end") {
    const auto fragment_only
      = client_frame(opcode::text, "\xFF", fragment::more);
    CHECK(violated(fragment_only) == 1007);
    const auto frame = client_frame(opcode::text, "ab\xFF"
                                                  "cdefgh");
    CHECK(violated(frame.substr(0, frame.size() - 6)) == 1007);
    CHECK(violated(frame.substr(0, frame.size() - 7)) == 0);
  }

  TEST_CASE("binary messages may carry anything") {
    CHECK(read(client_frame(opcode::binary, "\xFF\xFE", fragment::more)
               + client_frame(opcode::continuation, "\x80"))
          == events{"binary:\xFF\xFE\x80"});
  }

  TEST_CASE("a message does not inherit a cut character of the one before") {
    CHECK(read(client_frame(opcode::binary, "\xE2", fragment::more)
               + client_frame(opcode::continuation, "\x82")
               + client_frame(opcode::text, "ok", fragment::more)
               + client_frame(opcode::continuation, "!"))
          == events{"binary:\xE2\x82", "text:ok!"});
  }
}

TEST_SUITE("websocket limits") {
  TEST_CASE("a message of the limit is read, one byte more closes with 1009") {
    const message_limits limits{200};
    const std::string most(200, 'x');
    CHECK(read(client_frame(opcode::text, most), limits)
          == events{"text:" + most});
    CHECK(violated(client_frame(opcode::text, most + "x"), limits) == 1009);
  }

  TEST_CASE("the header alone is enough to close with 1009") {
    const message_limits limits{200};
    CHECK(violated(client_header(0x81, 201, 2), limits) == 1009);
    CHECK(violated(client_header(0x82, (~std::uint64_t{0}) >> 1, 8), limits)
          == 1009);
    CHECK(violated(client_header(0x81, 200, 2), limits) == 0);
  }

  TEST_CASE("the limit holds over all fragments of a message") {
    const message_limits limits{10};
    const auto most
      = client_frame(opcode::text, "12345", fragment::more)
        + client_frame(opcode::continuation, "1234", fragment::more);
    CHECK(read(most + client_frame(opcode::continuation, "1"), limits)
          == events{"text:1234512341"});
    CHECK(violated(most + client_header(0x80, 2, 0), limits) == 1009);
    CHECK(
      violated(most + client_header(0x80, (~std::uint64_t{0}) >> 1, 8), limits)
      == 1009);
  }

  TEST_CASE("control frames do not count towards the limit") {
    const message_limits limits{2};
    CHECK(read(client_frame(opcode::text, "1", fragment::more)
                 + client_frame(opcode::ping, "12345")
                 + client_frame(opcode::continuation, "2"),
               limits)
          == events{"ping:12345", "text:12"});
  }

  TEST_CASE("the limit may be zero") {
    CHECK(read(client_frame(opcode::text, ""), {0}) == events{"text:"});
    CHECK(violated(client_frame(opcode::text, "a"), {0}) == 1009);
  }

  TEST_CASE("a limit lowered within a message closes with 1009") {
    message_reader reader;
    CHECK(read_piece(reader,
                     client_frame(opcode::text, "12345", fragment::more), {10})
            .empty());
    CHECK(read_piece(reader, client_frame(opcode::continuation, ""), {4})
          == events{"violation:1009:message too big"});
  }
}

TEST_SUITE("websocket reader memory") {
  TEST_CASE("an idle reader holds nothing") {
    message_reader reader;
    CHECK(reader.buffered_bytes() == 0);
    CHECK(read_piece(reader, client_frame(opcode::text, "whole"), {}).size()
          == 1);
    CHECK(reader.buffered_bytes() == 0);
    CHECK(
      read_piece(reader, client_frame(opcode::text, "f", fragment::more), {})
        .empty());
    CHECK(reader.buffered_bytes() > 0);
    CHECK(read_piece(reader, client_frame(opcode::continuation, "f"), {}).size()
          == 1);
    CHECK(reader.buffered_bytes() == 0);
  }

  TEST_CASE("a message that arrived byte by byte leaves nothing behind") {
    message_reader reader;
    const auto stream = client_frame(opcode::ping, "12345")
                        + client_frame(opcode::text, std::string(300, 'x'));
    for (const auto c : stream)
      read_piece(reader, std::string(1, c), {});
    CHECK(reader.buffered_bytes() == 0);
  }

  TEST_CASE("a whole frame is handed out from the input itself") {
    for (const auto type : {opcode::text, opcode::binary, opcode::ping}) {
      auto frame = client_frame(type, "payload");
      std::span<char> input = frame;
      message_reader reader;
      const auto found = reader.next(input, {});
      const char* payload = nullptr;
      if (const auto* text = std::get_if<text_message>(&found))
        payload = text->payload.data();
      if (const auto* binary = std::get_if<binary_message>(&found))
        payload = binary->payload.data();
      if (const auto* control = std::get_if<ping>(&found))
        payload = control->payload.data();
      CHECK(payload == frame.data() + 6);
      CHECK(reader.buffered_bytes() == 0);
    }
  }

  TEST_CASE("an announced length costs nothing until bytes arrive") {
    message_reader reader;
    const message_limits limits{std::size_t{1} << 30};
    read_piece(reader, client_header(0x82, std::uint64_t{1} << 30, 8), limits);
    CHECK(reader.buffered_bytes() < 256);
    for (std::size_t arrived = 1; arrived <= 4096; ++arrived) {
      read_piece(reader, "x", limits);
      CHECK(reader.buffered_bytes() <= 256 + 2 * arrived);
    }
  }

  TEST_CASE("a buffer does not grow beyond the message limit") {
    message_reader reader;
    // Just above a power of two: doubling alone would take twice as much.
    const message_limits limits{1025};
    for (std::size_t arrived = 1; arrived <= 1025; ++arrived) {
      read_piece(
        reader,
        client_frame(arrived == 1 ? opcode::binary : opcode::continuation, "x",
                     fragment::more),
        limits);
      CHECK(reader.buffered_bytes() <= 256 + limits.max_message_bytes);
    }
  }

  TEST_CASE("a flood of empty fragments costs no memory") {
    message_reader reader;
    read_piece(reader, client_frame(opcode::text, "", fragment::more), {});
    const auto before = reader.buffered_bytes();
    std::string flood;
    for (int i = 0; i < 10000; ++i)
      flood += client_frame(opcode::continuation, "", fragment::more);
    CHECK(read_piece(reader, flood, {}).empty());
    CHECK(reader.buffered_bytes() == before);
  }

  TEST_CASE("a violation gives the memory back at once") {
    message_reader reader;
    read_piece(reader, client_frame(opcode::text, "partial", fragment::more),
               {});
    auto broken = bytes({0xC1});
    std::span<char> input = broken;
    CHECK(std::holds_alternative<violation>(reader.next(input, {})));
    CHECK(reader.buffered_bytes() == 0);
  }

  TEST_CASE("a closed or failed reader holds nothing and takes nothing") {
    for (const auto& end :
         {client_frame(opcode::close, closing(1000, "bye")), bytes({0xC1})}) {
      message_reader reader;
      read_piece(reader, client_frame(opcode::text, "partial", fragment::more),
                 {});
      CHECK(read_piece(reader, end, {}).size() == 1);
      CHECK(reader.buffered_bytes() == 0);
      CHECK(read_piece(reader, client_frame(opcode::text, "late"), {}).empty());
      CHECK(reader.buffered_bytes() == 0);
    }
  }
}

namespace {

// Draws streams together with the events they must give.
class stream_generator {
public:
  explicit stream_generator(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

  void add_message() {
    const auto is_text = below(2) == 0;
    const auto payload = is_text ? random_text() : random_bytes(200);
    auto type = is_text ? opcode::text : opcode::binary;
    std::size_t start = 0;
    for (auto more = below(5); more > 0; --more) {
      const auto end = start + below(payload.size() - start + 1);
      add_frame(type, payload.substr(start, end - start), fragment::more);
      type = opcode::continuation;
      start = end;
      if (below(3) == 0)
        add_control();
    }
    add_frame(type, payload.substr(start), fragment::final);
    expected.push_back((is_text ? "text:" : "binary:") + payload);
  }

  void add_control() {
    const auto payload = random_bytes(125);
    const auto is_ping = below(2) == 0;
    add_frame(is_ping ? opcode::ping : opcode::pong, payload, fragment::final);
    expected.push_back((is_ping ? "ping:" : "pong:") + payload);
  }

  void add_close() {
    add_frame(opcode::close, closing(1000, euro), fragment::final);
    expected.push_back("close:1000:" + euro);
  }

  void damage_bit() {
    auto& byte = stream[below(stream.size())];
    byte
      = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << below(8)));
  }

  std::vector<std::size_t> random_positions() {
    std::vector<std::size_t> positions(below(20));
    for (auto& position : positions)
      position = below(stream.size() + 1);
    std::sort(positions.begin(), positions.end());
    return positions;
  }

  std::string stream;
  events expected;

private:
  void add_frame(opcode type, std::string_view payload, fragment place) {
    std::array<unsigned char, 4> mask{};
    for (auto& byte : mask)
      byte = static_cast<unsigned char>(below(256));
    stream += client_frame(type, payload, place, mask);
  }

  std::string random_bytes(std::size_t most) {
    std::string text(below(most + 1), '\0');
    for (auto& c : text)
      c = static_cast<char>(below(256));
    return text;
  }

  std::string random_text() {
    static const auto characters = std::to_array<std::string>(
      {"a", "\n", "\xC3\xA9", euro, "\xF0\x9F\x98\x80"});
    std::string text;
    for (auto left = below(100); left > 0; --left)
      text += characters[below(characters.size())];
    return text;
  }

  std::mt19937 random_;
};

} // namespace

TEST_SUITE("websocket reader properties") {
  TEST_CASE("random streams in random pieces give the messages sent") {
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
      CAPTURE(seed);
      stream_generator sent(seed);
      for (auto left = sent.below(8); left > 0; --left)
        sent.below(4) == 0 ? sent.add_control() : sent.add_message();
      if (sent.below(2) == 0)
        sent.add_close();
      CHECK(read_whole(sent.stream) == sent.expected);
      CHECK(read_split(sent.stream, sent.random_positions()) == sent.expected);
    }
  }

  TEST_CASE("random damage gives the same events in any pieces") {
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
      CAPTURE(seed);
      stream_generator sent(seed);
      for (auto left = 1 + sent.below(4); left > 0; --left)
        sent.add_message();
      for (auto left = 1 + sent.below(3); left > 0; --left)
        sent.damage_bit();
      sent.stream.resize(sent.below(sent.stream.size()) + 1);
      const auto found = read_whole(sent.stream);
      CHECK(read_split(sent.stream, sent.random_positions()) == found);
      CHECK(read_bytewise(sent.stream) == found);
      for (const auto& text : found)
        CHECK((is_valid_utf8(text) || !text.starts_with("text:")));
    }
  }
}
