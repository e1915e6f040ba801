#include "actors/channel_rules.hpp"

#include <doctest/doctest.h>

namespace thunderpush {

namespace {

constexpr app_id shop{0};
constexpr app_id chat{1};

rule_book::entry entry(std::optional<app_id> app, std::string prefix,
                       std::size_t message_bytes) {
  return {app, std::move(prefix), {.message_bytes = message_bytes}};
}

} // namespace

TEST_SUITE("channel rules") {
  TEST_CASE("a channel that no prefix fits has the usual rules") {
    const rule_book rules{{entry(std::nullopt, "news-", 1)}};
    CHECK(rules.of(shop, "new").message_bytes == 0);
    CHECK(!rules.of(shop, "new").needs_token);
    CHECK(rules.of(shop, "new").presence);
    CHECK(rules.of(shop, "xnews-").message_bytes == 0);
  }

  TEST_CASE(
    "the longest prefix that fits counts, in whatever order they come") {
    const rule_book rules{{entry(std::nullopt, "news-", 1),
                           entry(std::nullopt, "news-local-", 2),
                           entry(std::nullopt, "", 3)}};
    CHECK(rules.of(shop, "news-world").message_bytes == 1);
    CHECK(rules.of(shop, "news-local-").message_bytes == 2);
    CHECK(rules.of(shop, "other").message_bytes == 3);
  }

  TEST_CASE("an application's own prefix goes before the same one of all") {
    const rule_book rules{
      {entry(std::nullopt, "news-", 1), entry(chat, "news-", 2)}};
    CHECK(rules.of(shop, "news-x").message_bytes == 1);
    CHECK(rules.of(chat, "news-x").message_bytes == 2);
  }

  TEST_CASE("another application's prefix does not fit") {
    const rule_book rules{{entry(chat, "news-", 2)}};
    CHECK(rules.of(shop, "news-x").message_bytes == 0);
  }
}

} // namespace thunderpush
