#include "encoding/utf8.hpp"
#include "transport/websocket/close_code.hpp"
#include "transport/websocket/frame.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

using namespace thunderpush;
using namespace thunderpush::websocket;

namespace {

std::string bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (const auto value : values)
    text.push_back(static_cast<char>(value));
  return text;
}

unsigned code_of(const std::string& payload) {
  return static_cast<unsigned char>(payload[0]) * 256U
         + static_cast<unsigned char>(payload[1]);
}

} // namespace

TEST_SUITE("websocket frame") {
  TEST_CASE("a length is written in its shortest form") {
    struct test_case {
      std::size_t size;
      std::string header;
    };
    const auto cases = std::to_array<test_case>({
      {0, bytes({0x81, 0x00})},
      {1, bytes({0x81, 0x01})},
      {125, bytes({0x81, 0x7D})},
      {126, bytes({0x81, 0x7E, 0x00, 0x7E})},
      {256, bytes({0x81, 0x7E, 0x01, 0x00})},
      {65535, bytes({0x81, 0x7E, 0xFF, 0xFF})},
      {65536, bytes({0x81, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0})},
      {16909060, bytes({0x81, 0x7F, 0, 0, 0, 0, 1, 2, 3, 4})},
    });
    for (const auto& row : cases) {
      CAPTURE(row.size);
      const std::string payload(row.size, 'x');
      CHECK((encode_frame(opcode::text, payload) == row.header + payload));
    }
  }

  TEST_CASE("the header of a payload too large to hold can be written") {
    std::string out;
    append_frame_header(out, opcode::binary, 0x0102030405060708);
    CHECK(out == bytes({0x82, 0x7F, 1, 2, 3, 4, 5, 6, 7, 8}));
  }

  TEST_CASE("the first byte carries the final bit and the opcode") {
    CHECK(encode_frame(opcode::text, "a") == bytes({0x81, 1, 'a'}));
    CHECK(encode_frame(opcode::binary, "a") == bytes({0x82, 1, 'a'}));
    CHECK(encode_frame(opcode::close, "") == bytes({0x88, 0}));
    CHECK(encode_frame(opcode::ping, "a") == bytes({0x89, 1, 'a'}));
    CHECK(encode_frame(opcode::pong, "a") == bytes({0x8A, 1, 'a'}));
  }

  TEST_CASE("a frame is appended behind what is there") {
    std::string out = "before";
    append_frame(out, opcode::text, "one");
    append_frame(out, opcode::text, "two");
    CHECK(out
          == "before" + bytes({0x81, 3}) + "one" + bytes({0x81, 3}) + "two");
  }
}

TEST_SUITE("websocket close code") {
  TEST_CASE("only 1000 to 1003, 1007 to 1014 and 3000 to 4999 are legal") {
    for (unsigned code = 0; code <= 65535; ++code) {
      const auto legal = (code >= 1000 && code <= 1003)
                         || (code >= 1007 && code <= 1014)
                         || (code >= 3000 && code <= 4999);
      if (is_legal_on_wire(static_cast<close_code>(code)) != legal)
        FAIL_CHECK("code " << code);
    }
  }

  TEST_CASE("an application code that is not legal is mapped to 4xxx") {
    struct test_case {
      unsigned application;
      unsigned wire;
    };
    const auto cases = std::to_array<test_case>({
      {1000, 1000},
      {1003, 1003},
      {1007, 1007},
      {3000, 3000},
      {3008, 3008},
      {4999, 4999},
      {9000, 4000},
      {9001, 4001},
      {9002, 4002},
      {2010, 4010},
      {1005, 4005},
      {1006, 4006},
      {1015, 4015},
      {0, 4000},
      {999, 4999},
      {5000, 4000},
      {2999, 4999},
      {65536, 4536},
    });
    for (const auto& row : cases) {
      CAPTURE(row.application);
      CHECK(static_cast<unsigned>(wire_close_code(row.application))
            == row.wire);
      CHECK(is_legal_on_wire(wire_close_code(row.application)));
    }
  }

  TEST_CASE("a close payload is the code in network order and the reason") {
    CHECK(close_payload(static_cast<close_code>(3000), "Go away!")
          == bytes({0x0B, 0xB8}) + "Go away!");
    CHECK(close_payload(close_code::normal, "") == bytes({0x03, 0xE8}));
  }

  TEST_CASE("a close payload never carries an illegal code") {
    for (const unsigned code : {0U, 1004U, 1005U, 1006U, 1015U, 2000U, 9000U}) {
      CHECK(is_legal_on_wire(static_cast<close_code>(
        code_of(close_payload(static_cast<close_code>(code), "")))));
    }
  }

  TEST_CASE("a reason is cut to 123 bytes at a character boundary") {
    const auto reason_of = [](std::string_view reason) {
      return close_payload(close_code::normal, reason).substr(2);
    };
    CHECK(reason_of(std::string(123, 'x')) == std::string(123, 'x'));
    CHECK(reason_of(std::string(124, 'x')) == std::string(123, 'x'));
    // Characters of two, three and four bytes at every distance from the cut.
    for (const std::string character :
         {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
      for (std::size_t shift = 0; shift < 4; ++shift) {
        std::string reason(shift, 'x');
        while (reason.size() < 200)
          reason += character;
        const auto cut = reason_of(reason);
        CAPTURE(reason);
        CHECK(cut.size() <= 123);
        CHECK(cut.size() + character.size() > 123);
        CHECK(is_valid_utf8(cut));
        CHECK(reason.starts_with(cut));
      }
    }
  }

  TEST_CASE("a reason that is not UTF-8 is left out") {
    CHECK(close_payload(close_code::normal, "\xFF").size() == 2);
    CHECK(close_payload(close_code::normal, std::string(300, '\x80')).size()
          == 2);
  }
}
