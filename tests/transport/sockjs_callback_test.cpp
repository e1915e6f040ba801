#include "transport/sockjs/callback.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>

using thunderpush::sockjs::callback_error;
using thunderpush::sockjs::find_callback;

namespace {

// The callback, or what the client is told.
std::string found_in(std::string_view query) {
  const auto found = find_callback(query);
  if (const auto* error = std::get_if<callback_error>(&found))
    return "error: " + std::string{error->text};
  return std::get<std::string>(found);
}

constexpr auto required = "error: \"callback\" parameter required\n";
constexpr auto invalid = "error: invalid \"callback\" parameter\n";

} // namespace

TEST_SUITE("SockJS callback") {
  TEST_CASE("it is the field c of the query") {
    CHECK(found_in("c=callback") == "callback");
    CHECK(found_in("t=1&c=_jp.abcdefg&x") == "_jp.abcdefg");
    CHECK(found_in("c=a&c=b") == "a");
    CHECK(found_in("cc=x&c=y") == "y");
  }

  TEST_CASE("it is decoded first") {
    CHECK(found_in("c=%63allback") == "callback");
    CHECK(found_in("c=a%2Db%5f") == "a-b_");
    CHECK(found_in("c=%2563") == invalid);
  }

  TEST_CASE("letters, digits, minus, underscore and dot are a name") {
    CHECK(found_in("c=abcdefghijklmnopqrstuvwxyz")
          == "abcdefghijklmnopqrstuvwxyz");
    CHECK(found_in("c=ABCDEFGHIJKLMNOPQRSTUVWXYZ")
          == "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    CHECK(found_in("c=0123456789-_.") == "0123456789-_.");
  }

  TEST_CASE("without one it is required") {
    for (const auto* const query :
         {"", "c", "c=", "&c=&", "t=1", "C=x", "callback=x", "cc=x", "xc=y"}) {
      CAPTURE(query);
      CHECK(found_in(query) == required);
    }
  }

  TEST_CASE("any other character is invalid") {
    for (int c = 1; c < 256; ++c) {
      const auto letter = static_cast<char>(c);
      constexpr std::string_view fine
        = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
      constexpr std::string_view of_the_query = "&%";
      if (fine.find(letter) != std::string_view::npos
          || of_the_query.find(letter) != std::string_view::npos)
        continue;
      CAPTURE(c);
      CHECK(found_in("c=a" + std::string(1, letter)) == invalid);
    }
    for (const auto* const query :
         {"c=%20", "c=a%00", "c=%00", "c=a%26b", "c=alert(1)//", "c=a%0Ab",
          "c=%3Cscript%3E", "c=%", "c=+", "c=%C3%A9"}) {
      CAPTURE(query);
      CHECK(found_in(query) == invalid);
    }
  }

  TEST_CASE("it has 32 characters at most") {
    CHECK(found_in("c=" + std::string(32, 'x')) == std::string(32, 'x'));
    CHECK(found_in("c=" + std::string(33, 'x')) == invalid);
    CHECK(found_in("c=" + std::string(10'000, 'x')) == invalid);
  }
}
