#include "api/admin_query.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace thunderpush;

namespace {

const applications apps{{{"main", "key"}, {"other", "second"}}};

page_query parsed(const listing& list, std::string_view query) {
  CAPTURE(query);
  const auto result = parse_page_query(list, query, apps);
  const auto* good = std::get_if<page_query>(&result);
  REQUIRE(good);
  return *good;
}

std::string refusal_of(const listing& list, std::string_view query) {
  CAPTURE(query);
  const auto result = parse_page_query(list, query, apps);
  const auto* bad = std::get_if<query_error>(&result);
  REQUIRE(bad);
  return bad->message;
}

bool is_refused(const listing& list, std::string_view query) {
  return std::holds_alternative<query_error>(
    parse_page_query(list, query, apps));
}

closed_query closed(std::string_view query) {
  CAPTURE(query);
  const auto result = parse_closed_query(query, apps);
  const auto* good = std::get_if<closed_query>(&result);
  REQUIRE(good);
  return *good;
}

std::string closed_refusal(std::string_view query) {
  CAPTURE(query);
  const auto result = parse_closed_query(query, apps);
  const auto* bad = std::get_if<query_error>(&result);
  REQUIRE(bad);
  return bad->message;
}

using orders = std::vector<std::pair<const char*, actor_order>>;

void check_orders(const listing& list, const orders& expected) {
  REQUIRE(list.orders.size() == expected.size());
  for (const auto& [name, order] : expected) {
    const auto read = parsed(list, std::string{"sort="} + name).order;
    CHECK(read.name == name);
    CHECK(read.order == order);
  }
  CHECK(parsed(list, "").order.order == actor_order::id);
}

} // namespace

TEST_SUITE("list query") {
  TEST_CASE("each list has a kind, but for that of all") {
    CHECK_FALSE(parsed(actor_listing, "").which.kind);
    CHECK(parsed(connection_listing, "").which.kind == actor_kind::connection);
    CHECK(parsed(channel_listing, "").which.kind == actor_kind::channel);
    CHECK(parsed(user_listing, "").which.kind == actor_kind::session);
    for (const auto* list :
         {&connection_listing, &channel_listing, &user_listing})
      CHECK(is_refused(*list, "kind=hub"));
  }

  TEST_CASE("actors are chosen by kind, name and application") {
    const auto read
      = parsed(actor_listing, "kind=channel&name=a%26b&app=other");
    CHECK(read.which
          == actor_filter{
            .kind = actor_kind::channel, .app = app_id{1}, .name = "a&b"});
    CHECK(parsed(actor_listing, "name=").which.name == "");
  }

  TEST_CASE("connections are chosen by user, channel, application, slowness") {
    const auto read = parsed(connection_listing,
                             "user=alice&channel=news&app=main&slow=true");
    CHECK(read.which
          == actor_filter{.kind = actor_kind::connection,
                          .app = app_id{0},
                          .name = "alice",
                          .channel = "news",
                          .slow = true});
    CHECK_FALSE(parsed(connection_listing, "slow=false").which.slow);
    CHECK_FALSE(parsed(connection_listing, "").which.slow);
  }

  TEST_CASE("channels and users are chosen by prefix and application") {
    for (const auto* list : {&channel_listing, &user_listing}) {
      const auto read = parsed(*list, "prefix=ne&app=other");
      CHECK(read.which.prefix == "ne");
      CHECK(read.which.app == app_id{1});
      CHECK_FALSE(read.which.name);
    }
  }

  TEST_CASE("each list has its orders") {
    using enum actor_order;
    check_orders(actor_listing, {{"id", id},
                                 {"mailbox", mailbox},
                                 {"mailbox_peak", mailbox_peak},
                                 {"oldest", oldest},
                                 {"handled", handled},
                                 {"busy", busy},
                                 {"restarts", restarts},
                                 {"memory", memory},
                                 {"age", age}});
    check_orders(connection_listing, {{"id", id},
                                      {"queued_bytes", queued_bytes},
                                      {"queued_messages", queued_messages},
                                      {"oldest", queue_age},
                                      {"dropped", dropped},
                                      {"bytes_in", bytes_in},
                                      {"bytes_out", bytes_out},
                                      {"age", age}});
    check_orders(channel_listing, {{"id", id},
                                   {"subscribers", members},
                                   {"handled", handled},
                                   {"age", age}});
    check_orders(user_listing, {{"id", id},
                                {"connections", members},
                                {"handled", handled},
                                {"age", age}});
  }

  TEST_CASE("an order of another list is refused with those there are") {
    CHECK(refusal_of(channel_listing, "sort=queued_bytes")
          == "The parameter sort is \"queued_bytes\". Allowed are: id, "
             "subscribers, handled, age.");
    CHECK(is_refused(user_listing, "sort=subscribers"));
    CHECK(is_refused(connection_listing, "sort=mailbox"));
    CHECK(is_refused(actor_listing, "sort=queued_bytes"));
  }

  TEST_CASE("a parameter of another list is refused with those there are") {
    CHECK(refusal_of(connection_listing, "prefix=x")
          == "There is no parameter \"prefix\" here. Allowed are: user, "
             "channel, app, slow, sort, limit, cursor.");
    CHECK(refusal_of(channel_listing, "name=x")
          == "There is no parameter \"name\" here. Allowed are: prefix, app, "
             "sort, limit, cursor.");
    CHECK(is_refused(user_listing, "user=x"));
    CHECK(is_refused(actor_listing, "slow=true"));
  }

  TEST_CASE("an application that is not there is refused") {
    for (const auto* list : {&actor_listing, &connection_listing,
                             &channel_listing, &user_listing}) {
      CHECK(refusal_of(*list, "app=nobody")
            == "The parameter app is \"nobody\". There is no application of "
               "that name.");
      CHECK(is_refused(*list, "app="));
      CHECK(is_refused(*list, "app=key"));
    }
  }

  TEST_CASE("slow is true or false") {
    CHECK(refusal_of(connection_listing, "slow=yes")
          == "The parameter slow is \"yes\". Allowed are: false, true.");
    CHECK(is_refused(connection_listing, "slow"));
    CHECK(is_refused(connection_listing, "slow=1"));
    CHECK(is_refused(connection_listing, "slow=TRUE"));
  }

  TEST_CASE("limits and cursors are the same everywhere") {
    for (const auto* list :
         {&connection_listing, &channel_listing, &user_listing}) {
      CHECK(parsed(*list, "").limit == 100);
      CHECK(parsed(*list, "limit=1000").limit == max_page_size);
      CHECK(refusal_of(*list, "limit=0")
            == "The parameter limit is \"0\". Allowed are: 1 to 1000.");
      CHECK(parsed(*list, "cursor=id-0-12").after == actor_rank{0, 12});
      CHECK(parsed(*list, "sort=age&cursor=age-7-12").after
            == actor_rank{7, 12});
      CHECK(is_refused(*list, "sort=age&cursor=id-0-12"));
      CHECK(is_refused(*list, "cursor=closed-1-2"));
    }
  }
}

TEST_SUITE("closed query") {
  TEST_CASE("an empty query lists the last hundred") {
    const auto read = closed("");
    CHECK(read.which == departure_filter{});
    CHECK(read.limit == 100);
    CHECK_FALSE(read.after);
  }

  TEST_CASE("they are chosen by user, application and code") {
    const auto read
      = closed("user=alice&app=other&code=3008&limit=7&cursor=closed-17-12");
    CHECK(read.which
          == departure_filter{
            .app = app_id{1}, .user = "alice", .code = std::uint16_t{3008}});
    CHECK(read.limit == 7);
    CHECK(read.after == actor_rank{17, 12});
    CHECK(closed("code=0").which.code == std::uint16_t{0});
    CHECK(closed("code=65535").which.code == std::uint16_t{65535});
  }

  TEST_CASE("each mistake is named") {
    CHECK(closed_refusal("code=65536")
          == "The parameter code is \"65536\". Allowed are: 0 to 65535.");
    CHECK(closed_refusal("code=gone")
          == "The parameter code is \"gone\". Allowed are: 0 to 65535.");
    CHECK(closed_refusal("sort=age")
          == "There is no parameter \"sort\" here. Allowed are: user, app, "
             "code, limit, cursor.");
    CHECK(closed_refusal("app=x")
          == "The parameter app is \"x\". There is no application of that "
             "name.");
    CHECK(closed_refusal("limit=1001")
          == "The parameter limit is \"1001\". Allowed are: 1 to 1000.");
    CHECK(closed_refusal("cursor=x")
          == "The parameter cursor is \"x\". Allowed is: the \"next\" of an "
             "earlier page.");
    CHECK(closed_refusal("cursor=id-0-1").find("another list")
          != std::string::npos);
  }
}
