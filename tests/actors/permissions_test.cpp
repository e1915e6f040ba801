#include "actors/permissions.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <initializer_list>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

constexpr permissions::clock::time_point start{1h};

identity shown(std::initializer_list<const char*> channels,
               permissions::clock::time_point expires) {
  identity made;
  made.user = "alice";
  made.expires = expires;
  for (const auto* each : channels)
    made.channels.emplace_back(each);
  return made;
}

} // namespace

TEST_SUITE("permissions") {
  TEST_CASE("a pattern fits its name, or with a star what begins so") {
    CHECK(channel_pattern{"news"}.fits("news"));
    CHECK_FALSE(channel_pattern{"news"}.fits("news-2"));
    CHECK_FALSE(channel_pattern{"news"}.fits("new"));
    CHECK(channel_pattern{"news-*"}.fits("news-"));
    CHECK(channel_pattern{"news-*"}.fits("news-2"));
    CHECK_FALSE(channel_pattern{"news-*"}.fits("news"));
    CHECK(channel_pattern{"*"}.fits("anything"));
  }

  TEST_CASE("without a token nothing is permitted and nothing ends") {
    const permissions none;
    CHECK_FALSE(none.permit("news"));
    CHECK_FALSE(none.next_expiry());
    CHECK_FALSE(none.identity_expires());
  }

  TEST_CASE("a new identity replaces what the old one permitted") {
    permissions held;
    held.identify(shown({"a", "b-*"}, start));
    CHECK(held.permit("a"));
    CHECK(held.permit("b-1"));
    held.identify(shown({"c"}, start + 1h));
    CHECK_FALSE(held.permit("a"));
    CHECK(held.permit("c"));
    CHECK(held.identity_expires() == start + 1h);
  }

  TEST_CASE("what is added stays through a new identity, until its own end") {
    permissions held;
    held.identify(shown({}, start + 1h));
    held.add(shown({"a"}, start + 2s));
    held.identify(shown({}, start + 2h));
    CHECK(held.permit("a"));
    CHECK(held.next_expiry() == start + 2s);
    held.drop_expired(start + 2s - 1ns);
    CHECK(held.permit("a"));
    held.drop_expired(start + 2s);
    CHECK_FALSE(held.permit("a"));
    CHECK(held.next_expiry() == start + 2h);
  }

  TEST_CASE("what is added twice is there once, until the later end") {
    permissions held;
    held.add(shown({"a", "b"}, start + 2s));
    held.add(shown({"a"}, start + 9s));
    held.add(shown({"b"}, start + 1s));
    CHECK(held.added() == 2);
    held.drop_expired(start + 2s);
    CHECK(held.permit("a"));
    CHECK_FALSE(held.permit("b"));
    CHECK(held.next_expiry() == start + 9s);
  }
}
