#include "api/admin_query.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

const applications two_apps{{{"main", "key"}, {"other", "second"}}};
const applications one_app{two_apps.replaced_by({{"other", "second"}})};

trace_query traced(std::string_view query,
                   const applications& apps = two_apps) {
  CAPTURE(query);
  const auto result = parse_trace_query(query, apps);
  const auto* good = std::get_if<trace_query>(&result);
  REQUIRE(good);
  return *good;
}

template <class Query>
std::string message_of(const parsed_query<Query>& result) {
  const auto* bad = std::get_if<query_error>(&result);
  REQUIRE(bad);
  return bad->message;
}

std::string trace_refusal(std::string_view query) {
  CAPTURE(query);
  return message_of(parse_trace_query(query, two_apps));
}

} // namespace

TEST_SUITE("trace query") {
  TEST_CASE("a user, a channel or a connection is traced for a minute") {
    const auto user = traced("user=alice&app=other");
    CHECK(user.about.user == user_id{app_id{1}, "alice"});
    CHECK_FALSE(user.about.channel);
    CHECK_FALSE(user.about.connection);
    CHECK(user.time == 60s);
    CHECK_FALSE(user.with_payload);
    const auto channel = traced("channel=news&app=main");
    CHECK(channel.about.channel == channel_id{app_id{0}, "news"});
    CHECK_FALSE(channel.about.user);
    const auto client = traced("connection=17");
    CHECK(client.about.connection == std::uint64_t{17});
    CHECK_FALSE(client.about.user);
  }

  TEST_CASE("time and payload are chosen") {
    const auto read = traced("connection=17&seconds=600&payload=true");
    CHECK(read.time == 600s);
    CHECK(read.with_payload);
    CHECK(traced("connection=17&seconds=1").time == 1s);
  }

  TEST_CASE("one thing is traced") {
    for (const char* query :
         {"", "seconds=5", "user=alice&channel=news&app=main",
          "user=alice&connection=1&app=main",
          "user=a&channel=b&connection=1&app=main"}) {
      CHECK(trace_refusal(query)
            == "Say what is to be traced: one of user=, channel= and "
               "connection=.");
    }
  }

  TEST_CASE("an application is named unless there is only one") {
    CHECK(trace_refusal("user=alice")
          == "There is more than one application: say app=NAME.");
    CHECK(trace_refusal("channel=news")
          == "There is more than one application: say app=NAME.");
    CHECK(traced("user=alice", one_app).about.user
          == user_id{app_id{1}, "alice"});
  }

  TEST_CASE("each mistake is named") {
    CHECK(trace_refusal("connection=1&seconds=0")
          == "The parameter seconds is \"0\". Allowed are: 1 to 600.");
    CHECK(trace_refusal("connection=1&seconds=601")
          == "The parameter seconds is \"601\". Allowed are: 1 to 600.");
    CHECK(trace_refusal("connection=x")
          == "The parameter connection is \"x\". Allowed are: 0 to "
             "18446744073709551615.");
    CHECK(trace_refusal("connection=1&payload=1")
          == "The parameter payload is \"1\". Allowed are: false, true.");
    CHECK(trace_refusal("user=alice&app=nobody")
          == "The parameter app is \"nobody\". There is no application of "
             "that name.");
    CHECK(trace_refusal("id=1")
          == "There is no parameter \"id\" here. Allowed are: user, channel, "
             "connection, app, seconds, payload.");
  }
}

TEST_SUITE("control query") {
  TEST_CASE("a name belongs to the application that is named") {
    const auto app = [](std::string_view query, const applications& apps) {
      return std::get<app_query>(parse_app_query(query, apps)).app;
    };
    CHECK(app("app=other", two_apps) == app_id{1});
    CHECK(app("app=main", two_apps) == app_id{0});
    CHECK(app("", one_app) == app_id{1});
    CHECK(app("app=other", one_app) == app_id{1});
  }

  TEST_CASE("each mistake is named") {
    CHECK(message_of(parse_app_query("", two_apps))
          == "There is more than one application: say app=NAME.");
    CHECK(message_of(parse_app_query("app=main", one_app))
          == "The parameter app is \"main\". There is no application of that "
             "name.");
    CHECK(message_of(parse_app_query("x=1", two_apps))
          == "There is no parameter \"x\" here. Allowed are: app.");
  }

  TEST_CASE("a client comes back unless it is told not to") {
    const auto returns = [](std::string_view query) {
      return std::get<disconnect_query>(parse_disconnect_query(query))
        .reconnect;
    };
    CHECK(returns(""));
    CHECK(returns("reconnect=true"));
    CHECK_FALSE(returns("reconnect=false"));
    CHECK(message_of(parse_disconnect_query("reconnect=no"))
          == "The parameter reconnect is \"no\". Allowed are: false, true.");
    CHECK(message_of(parse_disconnect_query("app=main"))
          == "There is no parameter \"app\" here. Allowed are: reconnect.");
  }

  TEST_CASE("where there are no parameters none is taken") {
    CHECK_FALSE(refuse_parameters(""));
    CHECK_FALSE(refuse_parameters("&&"));
    REQUIRE(refuse_parameters("x=1"));
    CHECK(refuse_parameters("x=1")->message
          == "There is no parameter \"x\" here. Allowed are: none.");
  }
}
