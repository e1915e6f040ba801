#include "api/admin_query.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>
#include <variant>

using namespace thunderpush;

namespace {

const applications apps{{{"main", "key"}, {"other", "second"}}};

page_query parsed(std::string_view query) {
  CAPTURE(query);
  const auto result = parse_page_query(actor_listing, query, apps);
  const auto* good = std::get_if<page_query>(&result);
  REQUIRE(good);
  return *good;
}

// What is said of a query that is bad.
std::string refusal_of(std::string_view query) {
  CAPTURE(query);
  const auto result = parse_page_query(actor_listing, query, apps);
  const auto* bad = std::get_if<query_error>(&result);
  REQUIRE(bad);
  return bad->message;
}

bool is_refused(std::string_view query) {
  return std::holds_alternative<query_error>(
    parse_page_query(actor_listing, query, apps));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace

TEST_SUITE("actors query") {
  TEST_CASE("an empty query lists the first hundred of all actors by id") {
    const auto all = parsed("");
    CHECK(all.which == actor_filter{});
    CHECK(all.order.order == actor_order::id);
    CHECK(all.limit == 100);
    CHECK_FALSE(all.after);
  }

  TEST_CASE("fields may come in any order and be empty") {
    for (const char* query :
         {"kind=session&sort=handled&limit=7&cursor=handled-17-12",
          "&cursor=handled-17-12&&limit=7&sort=handled&kind=session&"}) {
      const auto read = parsed(query);
      CHECK(read.which == actor_filter{.kind = actor_kind::session});
      CHECK(read.order.order == actor_order::handled);
      CHECK(read.limit == 7);
      CHECK(read.after == actor_rank{17, 12});
    }
  }

  TEST_CASE("names and values are decoded") {
    CHECK(parsed("k%69nd=%63hannel").which.kind == actor_kind::channel);
  }

  TEST_CASE("each kind is known by its name") {
    for (const auto name : actor_kind_names)
      CHECK(parsed("kind=" + std::string{name}).which.kind
            == actor_kind_from(name));
  }

  TEST_CASE("each order is known by its name") {
    CHECK(parsed("sort=id").order.order == actor_order::id);
    CHECK(parsed("sort=mailbox").order.order == actor_order::mailbox);
    CHECK(parsed("sort=handled").order.order == actor_order::handled);
    CHECK(parsed("sort=age").order.order == actor_order::age);
  }

  TEST_CASE("a limit is a number from 1 to 1000") {
    CHECK(parsed("limit=1").limit == 1);
    CHECK(parsed("limit=1000").limit == 1000);
    for (const char* value :
         {"0", "1001", "-1", "+1", "%2B1", "1.5", "1e2", "0x10", "many", "1%20",
          "%201", "", "99999999999999999999"}) {
      CAPTURE(value);
      CHECK(is_refused("limit=" + std::string{value}));
    }
    CHECK(is_refused("limit"));
    CHECK(refusal_of("limit=1001")
          == "The parameter limit is \"1001\". Allowed are: 1 to 1000.");
  }

  TEST_CASE("a bad kind is named with the kinds there are") {
    CHECK(refusal_of("kind=nonsense")
          == "The parameter kind is \"nonsense\". Allowed are: hub, directory, "
             "inspector, gateway, admin, channel, session, connection.");
    CHECK(is_refused("kind="));
    CHECK(is_refused("kind"));
    CHECK(is_refused("kind=Channel"));
    CHECK(is_refused("kind=channel%20"));
  }

  TEST_CASE("a bad order is named with the orders there are") {
    CHECK(refusal_of("sort=")
          == "The parameter sort is \"\". Allowed are: id, "
             "mailbox, mailbox_peak, oldest, handled, busy, restarts, "
             "memory, age.");
  }

  TEST_CASE("a typing error is answered with what was meant") {
    CHECK(contains(refusal_of("kind=chanel"), "Did you mean channel?"));
    CHECK(contains(refusal_of("sort=mailbxo"), "Did you mean mailbox?"));
    CHECK(contains(refusal_of("kidn=channel"), "Did you mean kind?"));
  }

  TEST_CASE("an unknown parameter is refused, whatever its value") {
    CHECK(refusal_of("page=2")
          == "There is no parameter \"page\" here. Allowed are: kind, name, "
             "app, sort, limit, cursor.");
    CHECK(is_refused("=2"));
    CHECK(is_refused("Kind=channel"));
    CHECK(is_refused("kind=channel&x"));
    CHECK(is_refused("%00=1"));
  }

  TEST_CASE("a parameter is given once") {
    CHECK(refusal_of("limit=1&limit=1")
          == "The parameter limit is given more than once. Allowed is once.");
    CHECK(is_refused("kind=channel&k%69nd=session"));
  }

  TEST_CASE("a NUL is refused in any value") {
    CHECK(refusal_of("sort=id%00")
          == "The parameter sort is \"id%00\". NUL is not allowed.");
  }

  TEST_CASE("a long value is quoted in part") {
    const std::string value(5000, 'x');
    const auto message = refusal_of("kind=" + value);
    CHECK(message.size() < 250);
    CHECK(contains(message, "xxx...\""));
    CHECK(refusal_of(value).size() < 250);
  }
}

TEST_SUITE("cursor") {
  TEST_CASE("a place in any order survives the way to a client and back") {
    constexpr auto greatest = std::numeric_limits<std::uint64_t>::max();
    CHECK(parsed("cursor=" + to_cursor("id", {0, 12})).after
          == actor_rank{0, 12});
    CHECK(parsed("sort=handled&cursor="
                 + to_cursor("handled", {greatest, greatest}))
            .after
          == actor_rank{greatest, greatest});
    CHECK(parsed("sort=age&cursor=" + to_cursor("age", {0, 1})).after
          == actor_rank{0, 1});
    CHECK(parsed("cursor=mailbox-3-4&sort=" + std::string{"mailbox"}).after
          == actor_rank{3, 4});
  }

  TEST_CASE("a cursor names its order") {
    CHECK(to_cursor("handled", {17, 12}) == "handled-17-12");
    CHECK(to_cursor("id", {0, 12}) == "id-0-12");
  }

  TEST_CASE("a cursor of another order is refused") {
    CHECK(refusal_of("cursor=handled-17-12")
          == "The parameter cursor is \"handled-17-12\", a place in "
             "another list. Allowed is: a place in this one, with "
             "sort=id.");
    CHECK(is_refused("cursor=id-0-12&sort=age"));
    CHECK(is_refused("cursor=id-1-12"));
    for (const char* value : {"-0-1", "ID-0-1", "size-0-1", "closed-0-1"})
      CHECK(is_refused("cursor=" + std::string{value}));
  }

  TEST_CASE("what is no cursor is refused") {
    for (const char* value :
         {"", "-", "--", "id", "id-", "id-0", "id-0-", "id--1", "0-1",
          "id-0-1-", "id-0-1-2", "id-0-1x", "id-x-1", "id-0--1", "id- 0-1",
          "id-0-18446744073709551616", "nonsense!"}) {
      CAPTURE(value);
      CHECK(refusal_of("cursor=" + std::string{value})
            == "The parameter cursor is \"" + std::string{value}
                 + "\". Allowed is: the \"next\" of an earlier page.");
    }
  }
}
