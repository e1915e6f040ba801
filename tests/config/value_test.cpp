#include "config/value.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace thunderpush {

TEST_SUITE("value") {
  TEST_CASE("a number is decimal digits and nothing else") {
    CHECK(parse_number("0") == 0);
    CHECK(parse_number("18446744073709551615") == 18446744073709551615ULL);
    for (auto text : {"", " ", "-1", "+1", "1 ", " 1", "0x10", "1e3", "1.0",
                      "18446744073709551616"})
      CHECK_MESSAGE(!parse_number(text), text);
  }

  TEST_CASE("a switch is one of eight words in any case") {
    for (auto text : {"on", "true", "yes", "1", "ON", "True"})
      CHECK_MESSAGE(parse_switch(text) == true, text);
    for (auto text : {"off", "false", "no", "0", "OFF", "False"})
      CHECK_MESSAGE(parse_switch(text) == false, text);
    for (auto text : {"", "2", "onn", "y", "enabled"})
      CHECK_MESSAGE(!parse_switch(text), text);
  }

  TEST_CASE("a duration has a unit, a plain number is seconds") {
    CHECK(parse_duration("500ms") == 500ms);
    CHECK(parse_duration("25s") == 25s);
    CHECK(parse_duration("25") == 25s);
    CHECK(parse_duration("2m") == 2min);
    CHECK(parse_duration("2 m") == 2min);
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("0") == 0ms);
    for (auto text : {"", "s", "-1s", "1.5s", "1d", "1s2", "1 s s", "ms1"})
      CHECK_MESSAGE(!parse_duration(text), text);
  }

  TEST_CASE("a duration that does not fit its type is refused") {
    CHECK(parse_duration("9223372036854775807ms"));
    CHECK(!parse_duration("9223372036854775808ms"));
    CHECK(!parse_duration("9223372036854775807s"));
  }

  TEST_CASE("a size has a binary unit, a plain number is bytes") {
    CHECK(parse_size("512") == 512);
    CHECK(parse_size("512B") == 512);
    CHECK(parse_size("64KiB") == 65536);
    CHECK(parse_size("64 kib") == 65536);
    CHECK(parse_size("1MiB") == 1048576);
    CHECK(parse_size("1GiB") == 1073741824);
    for (auto text : {"", "KiB", "1K", "1KB", "-1", "1.5MiB", "1TiB"})
      CHECK_MESSAGE(!parse_size(text), text);
  }

  TEST_CASE("a size that does not fit its type is refused") {
    CHECK(parse_size("17179869183GiB"));
    CHECK(!parse_size("17179869184GiB"));
  }

  TEST_CASE("what is formatted is read back") {
    for (auto value :
         {0ms, 1ms, 999ms, 1000ms, 25'000ms, 60'000ms, 61'000ms, 3'600'000ms})
      CHECK(parse_duration(format_duration(value)) == value);
    for (std::size_t value : {0U, 1U, 1023U, 1024U, 1025U, 524288U, 1048576U})
      CHECK(parse_size(format_size(value)) == value);
    CHECK(format_duration(120s) == "2m");
    CHECK(format_duration(90s) == "90s");
    CHECK(format_size(524288) == "512KiB");
  }

  TEST_CASE("a log level is one of six names") {
    CHECK(parse_log_level("trace") == log_level::trace);
    CHECK(parse_log_level("debug") == log_level::debug);
    CHECK(parse_log_level("info") == log_level::info);
    CHECK(parse_log_level("Warning") == log_level::warning);
    CHECK(parse_log_level("error") == log_level::error);
    CHECK(parse_log_level("off") == log_level::off);
    CHECK(!parse_log_level("warn"));
    CHECK(!parse_log_level(""));
  }

  TEST_CASE("a host is a name or a bare address") {
    for (auto text : {"", "localhost", "a.example", "127.0.0.1", "::", "::1",
                      "fe80::1%eth0", "my_host-1"})
      CHECK_MESSAGE(is_bindable_host(text), text);
    for (auto text : {"127.0.0.1:80", "[::1]", "a b", "a/b", "h\n", "http://h"})
      CHECK_MESSAGE(!is_bindable_host(text), text);
    CHECK(is_bindable_host(std::string(255, 'a')));
    CHECK(!is_bindable_host(std::string(256, 'a')));
  }

  TEST_CASE("a loopback host is one that only this machine reaches") {
    for (auto text : {"127.0.0.1", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1",
                      "localhost", "LocalHost"})
      CHECK_MESSAGE(is_loopback_host(text), text);
    for (auto text : {"", "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "127.0.0.",
                      "127.example", "127.0.0.1.example", "localhost.example",
                      "::2", "::ffff:10.0.0.1"})
      CHECK_MESSAGE(!is_loopback_host(text), text);
  }

  TEST_CASE("transports are listed by name, or all of them") {
    CHECK(parse_transports("all") == sockjs_transports::all());
    sockjs_transports two;
    two.set(sockjs_transport::websocket);
    two.set(sockjs_transport::jsonp_polling);
    CHECK(parse_transports("websocket, jsonp-polling") == two);
    CHECK(parse_transports(" jsonp-polling\twebsocket,,") == two);
    for (const auto* const text :
         {"", ",", "All", "Websocket", "websockets", "websocket;jsonp-polling",
          "all, websocket"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_transports(text));
    }
  }

  TEST_CASE("a script has a path or a URL that HTML can quote") {
    for (const auto* const text :
         {"/s.js", "http://h/s.js", "https://h:1/s.js?a=b&c"}) {
      CAPTURE(text);
      CHECK(is_script_address(text));
    }
    for (const auto* const text :
         {"", "s.js", "//h/s.js", "ftp://h/s.js", "javascript:x", "/a b", "/\"",
          "/<", "/>", "/'", "/\\", "/\n"}) {
      CAPTURE(text);
      CHECK_FALSE(is_script_address(text));
    }
  }

  TEST_CASE("an endpoint is a host and a port, IPv6 in brackets") {
    CHECK(parse_host_and_port("127.0.0.1:8081")
          == host_and_port{"127.0.0.1", 8081});
    CHECK(parse_host_and_port("[::1]:8081") == host_and_port{"::1", 8081});
    CHECK(parse_host_and_port(":8081") == host_and_port{"", 8081});
    CHECK(parse_host_and_port("h:0") == host_and_port{"h", 0});
    CHECK(parse_host_and_port("h:65535") == host_and_port{"h", 65535});
    for (auto text : {"", "8081", "h", "h:", "h:x", "h:-1", "h:65536", "::1:80",
                      "[h]:80", "[::1]", "[]:80", "[::1:80", "a b:80"})
      CHECK_MESSAGE(!parse_host_and_port(text), text);
  }

  TEST_CASE("only blanks and tabs are trimmed") {
    CHECK(trimmed(" \t a b\t ") == "a b");
    CHECK(trimmed("") == "");
    CHECK(trimmed(" \t") == "");
    CHECK(trimmed("a\n") == "a\n");
  }

  TEST_CASE("control bytes are C0 and DEL") {
    CHECK(has_control_bytes("a\tb"));
    CHECK(has_control_bytes(std::string_view{"a\0b", 3}));
    CHECK(has_control_bytes("\x7F"));
    CHECK(!has_control_bytes("a b \xC3\xA9"));
    CHECK(!has_control_bytes(""));
  }
}

} // namespace thunderpush
