#include "actors/client_command.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace std::string_view_literals;

namespace {

// A command in one line: its word and what it carries, each in brackets.
std::string describe(const client_command& what) {
  const auto bracketed = [](std::string_view text) {
    return std::string{"["}.append(text).append("]");
  };
  if (const auto* as_connect = std::get_if<connect_command>(&what))
    return "connect" + bracketed(as_connect->user) + bracketed(as_connect->key);
  if (const auto* as_subscribe = std::get_if<subscribe_command>(&what))
    return "subscribe" + bracketed(as_subscribe->channels);
  if (const auto* as_unsubscribe = std::get_if<unsubscribe_command>(&what))
    return "unsubscribe" + bracketed(as_unsubscribe->channels);
  if (const auto* as_refresh = std::get_if<refresh_command>(&what))
    return "refresh" + bracketed(as_refresh->token);
  if (const auto* as_authorize = std::get_if<authorize_command>(&what))
    return "authorize" + bracketed(as_authorize->token);
  return "ignored";
}

std::vector<std::string> channels_in(std::string_view list) {
  std::vector<std::string> names;
  for_each_channel(
    list, [&names](std::string_view name) { names.emplace_back(name); });
  return names;
}

using names = std::vector<std::string>;

} // namespace

TEST_SUITE("client command") {
  TEST_CASE("a message is white space, a word, white space and an argument") {
    struct row {
      std::string_view message;
      std::string_view meaning;
    };
    for (const auto& [message, meaning] : {
           row{"CONNECT alice:key", "connect[alice][key]"},
           row{"CONNECT :key", "connect[][key]"},
           row{"REFRESH a.b.c", "refresh[a.b.c]"},
           row{" AUTHORIZE\ta.b.c ", "authorize[a.b.c ]"},
           row{"REFRESH", "ignored"},
           row{"AUTHORIZE ", "ignored"},
           row{"CONNECT alice:", "connect[alice][]"},
           row{"CONNECT :", "connect[][]"},
           row{"CONNECT alice :key", "connect[alice ][key]"},
           row{"CONNECT alice:key ", "connect[alice][key ]"},
           row{"CONNECT  alice:key\n", "connect[alice][key\n]"},
           row{"CONNECT a b:key", "connect[a b][key]"},
           row{"CONNECT \xc5\xbc:key", "connect[\xc5\xbc][key]"},
           row{"SUBSCRIBE news", "subscribe[news]"},
           row{"SUBSCRIBE a:b", "subscribe[a:b]"},
           row{"SUBSCRIBE news ", "subscribe[news ]"},
           row{"UNSUBSCRIBE news", "unsubscribe[news]"},
           row{" \t\r\n\v\fSUBSCRIBE\t news", "subscribe[news]"},
           row{"\x1c\x1d\x1e\x1fSUBSCRIBE\x1fnews", "subscribe[news]"},
         }) {
      CAPTURE(message);
      CHECK(describe(parse_command(message)) == meaning);
    }
  }

  TEST_CASE("anything else is ignored") {
    for (const auto message : {""sv,
                               " "sv,
                               "\n"sv,
                               "CONNECT"sv,
                               "CONNECT "sv,
                               "SUBSCRIBE"sv,
                               "SUBSCRIBE \t"sv,
                               "subscribe news"sv,
                               "Subscribe news"sv,
                               "SUBSCRIBEnews"sv,
                               "SUBSCRIBE:news"sv,
                               "PING x"sv,
                               "XSUBSCRIBE news"sv,
                               "SUBSCRIBEX news"sv,
                               "x SUBSCRIBE news"sv,
                               "{\"a\": 1}"sv,
                               "CONNECT alice"sv,
                               "CONNECT a:b:key"sv,
                               "CONNECT ::"sv,
                               "CONNECT a:key:"sv,
                               "\0SUBSCRIBE news"sv,
                               "SUBSCRIBE\0news"sv,
                               "\xc2\xa0SUBSCRIBE news"sv,
                               "SUBSCRIBE\xc2\xa0news"sv}) {
      CAPTURE(message);
      CHECK(describe(parse_command(message)) == "ignored");
    }
  }

  TEST_CASE("a list of channels yields the valid names in order") {
    CHECK(channels_in("news") == names{"news"});
    CHECK(channels_in("a:b:a") == names{"a", "b", "a"});
    CHECK(channels_in("") == names{});
    CHECK(channels_in(":") == names{});
    CHECK(channels_in("::a::b::") == names{"a", "b"});
    CHECK(channels_in("a:b c:d") == names{"a", "d"});
    CHECK(channels_in("a:d ") == names{"a"});
    CHECK(channels_in("news\n") == names{});
    CHECK(channels_in("ok:" + std::string(65, 'x')) == names{"ok"});
    CHECK(channels_in(std::string(64, 'x')) == names{std::string(64, 'x')});
  }
}
