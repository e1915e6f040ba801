#include "ctl/subscriber.hpp"
#include "ctl/terminal.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

TEST_SUITE("message") {
  TEST_CASE("an envelope has the payload as text, and a channel") {
    const auto found
      = read_envelope(R"({"payload":"{\"a\": 1}","channel":"news"})");
    REQUIRE(found);
    CHECK(found->payload == R"({"a": 1})");
    CHECK(found->channel == "news");
  }

  TEST_CASE("the envelope of a message for the user has no channel") {
    const auto found = read_envelope(R"({"payload":"1"})");
    REQUIRE(found);
    CHECK(!found->channel);
  }

  TEST_CASE("what is no envelope gives nothing") {
    CHECK(!read_envelope(""));
    CHECK(!read_envelope("[]"));
    CHECK(!read_envelope(R"({"payload":1})"));
  }

  TEST_CASE("a message is one line, whatever stands between its tokens") {
    CHECK(message_line("{\n  \"a\":\t1\r\n}\n", false) == "{   \"a\": 1  }");
  }

  TEST_CASE("control characters are escaped for a terminal and for nobody "
            "else") {
    const std::string payload = "\"\x7F \xC2\x9B"
                                "31m\"";
    CHECK(message_line(payload, true) == "\"\\x7F \\xC2\\x9B31m\"");
    CHECK(message_line(payload, false) == payload);
  }
}

} // namespace thunderpush::ctl
