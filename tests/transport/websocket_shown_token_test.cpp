#include "transport/websocket/shown_token.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace thunderpush::websocket;

namespace {

std::variant<std::string, shown_token_error>
read(std::string_view target, std::string_view authorization = {}) {
  std::vector<http_field> fields{{"Host", "h"}};
  if (!authorization.empty())
    fields.push_back({"authorization", authorization});
  return connect_command_of({"GET", target, {}, fields});
}

std::string command(std::string_view target,
                    std::string_view authorization = {}) {
  const auto found = read(target, authorization);
  const auto* text = std::get_if<std::string>(&found);
  return text == nullptr ? "refused" : *text;
}

} // namespace

TEST_SUITE("token of a handshake") {
  TEST_CASE("it is in the query or the credentials of Bearer") {
    CHECK(command("/w?key=k&token=a.b-_.c") == "CONNECT a.b-_.c:k");
    CHECK(command("/w?token=a.b.c&key=k%2F1&x=y") == "CONNECT a.b.c:k/1");
    CHECK(command("/w?key=k", "Bearer a.b.c") == "CONNECT a.b.c:k");
    CHECK(command("/w?key=k", "bearer   a.b.c") == "CONNECT a.b.c:k");
  }

  TEST_CASE("there may be none") {
    for (const auto* target : {"/w", "/w?", "/w?key=k", "/w?tokens=a&key=k"})
      CHECK(command(target).empty());
    CHECK(command("/w?key=k", "Basic YTpi").empty());
    CHECK(command("/w?key=k", "Bearers a.b.c").empty());
  }

  TEST_CASE("it needs a key") {
    for (const auto* target :
         {"/w?token=a.b.c", "/w?token=a.b.c&key=", "/w?token=a.b.c&key=a:b",
          "/w?token=a.b.c&key=a%3Ab"}) {
      CAPTURE(target);
      CHECK(command(target) == "refused");
    }
    CHECK(command("/w", "Bearer a.b.c") == "refused");
  }

  TEST_CASE("it has the characters of a token and comes once") {
    for (const auto* target :
         {"/w?key=k&token=", "/w?key=k&token", "/w?key=k&token=a+b",
          "/w?key=k&token=a%20b", "/w?key=k&token=a:b", "/w?key=k&token=%FF",
          "/w?key=k&token=a%0Ab"}) {
      CAPTURE(target);
      CHECK(command(target) == "refused");
    }
    CHECK(command("/w?key=k", "Bearer") == "refused");
    CHECK(command("/w?key=k", "Bearer a b") == "refused");
    CHECK(command("/w?key=k&token=a.b.c", "Bearer a.b.c") == "refused");
  }
}
