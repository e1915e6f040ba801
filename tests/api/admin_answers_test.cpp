#include "api/admin_answers.hpp"

#include "encoding/json.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;
using namespace std::string_literals;

namespace {

// All values of a field, in brackets: a field that is missing or repeated
// shows.
std::string values_of(const http_response& response, std::string_view name) {
  std::string values;
  for (const auto& field : response.fields)
    if (field.name == name)
      values += '[' + std::string{field.value} + ']';
  return values;
}

std::string refusal(const http_response& response, unsigned status) {
  CHECK(response.status == status);
  return response.body;
}

actor_view channel_named(std::string name) {
  actor_view made;
  made.id = 12;
  made.kind = actor_kind::channel;
  made.name = std::move(name);
  made.state = "running";
  made.home = 1;
  made.mailbox = 3;
  made.app = app_id{1};
  made.mailbox_peak = 5;
  made.oldest = std::chrono::milliseconds{250};
  made.handled = 17;
  made.busy = 0.125;
  made.restarts = 2;
  made.memory_bytes = 640;
  made.age_seconds = 40;
  return made;
}

const applications apps{{{"main", "key"}, {"other", "second"}}};

// A page of as many as are given, unless there is a limit.
std::string list_of(std::vector<actor_view> actors, std::size_t limit = 100) {
  actor_page page{limit};
  page.add(std::move(actors));
  return page_answer(actor_listing, apps, page, "id").body;
}

home_counters counted(std::uint64_t unit) {
  home_counters made;
  made.connections_opened = unit;
  made.connections_closed = 2 * unit;
  made.publications = 3 * unit;
  made.deliveries = 4 * unit;
  made.slow_consumers = 5 * unit;
  made.refused_publications = 6 * unit;
  made.http_requests = 7 * unit;
  made.actor_failures = 8 * unit;
  made.queued_bytes = 9 * unit;
  made.blocked = 11 * unit;
  return made;
}

// Two homes, all of whose figures differ.
std::vector<totals_read> two_homes() {
  std::vector<totals_read> homes(2);
  homes[0].counters = counted(1);
  homes[0].actors = {1, 2, 3, 4, 5, 6, 7, 8};
  homes[1].home = 1;
  homes[1].counters = counted(10);
  homes[1].actors = {100, 200, 300, 400, 500, 600, 700, 800};
  return homes;
}

std::vector<http_response> all_answers() {
  const std::vector<std::size_t> silent{1};
  return {
    page_answer(actor_listing, apps, actor_page{1}, "id"),
    page_answer(connection_listing, apps, actor_page{1}, "id"),
    page_answer(channel_listing, apps, actor_page{1}, "id"),
    page_answer(user_listing, apps, actor_page{1}, "id"),
    closed_answer(apps, departure_page{1}),
    actor_answer(apps, channel_named("news")),
    homes_answer(two_homes()),
    settings_answer({}),
    reload_answer(process_control::reloaded{}),
    reload_answer(std::string{"No."}),
    done_answer("reset", "news"),
    done_answer("disconnected", 12),
    readiness_answer({}),
    stats_answer("2.0", std::chrono::seconds{5}, two_homes()),
    healthy_answer(2),
    failing_answer(silent),
    overdue_answer(silent),
    error_answer(admin_error::unknown_path),
    error_answer(admin_error::no_actor),
    error_answer(admin_error::no_client),
    error_answer(admin_error::no_channel),
    error_answer(admin_error::no_user),
    error_answer(admin_error::no_token),
    error_answer(admin_error::wrong_host),
    method_answer("GET, PUT"),
    error_answer(admin_error::internal),
    error_answer(admin_error::too_busy),
    error_answer(admin_error::stopping),
    error_answer(query_error{"Bad."}),
  };
}

} // namespace

TEST_SUITE("admin answer") {
  TEST_CASE("every answer is JSON that is neither stored nor guessed at") {
    for (const auto& each : all_answers()) {
      CAPTURE(each.body);
      CHECK_FALSE(check_json(each.body));
      CHECK(each.body.ends_with("}\n"));
      CHECK(each.content_type == "application/json; charset=UTF-8");
      CHECK(values_of(each, "Cache-Control") == "[no-store]");
      CHECK(values_of(each, "X-Content-Type-Options") == "[nosniff]");
    }
  }

  TEST_CASE("a list without actors is empty and the last") {
    CHECK(page_answer(actor_listing, apps, actor_page{1}, "id").status == 200);
    CHECK(list_of({}) == "{\"actors\": [], \"next\": null}\n");
  }

  TEST_CASE("an actor is listed with all that is known of it") {
    CHECK(list_of({channel_named("news")})
          == R"({"actors": [{"id": 12, "kind": "channel", "name": "news", )"
             R"("app": "other", "home": 1, "state": "running", )"
             R"("mailbox": 3, "mailbox_peak": 5, "oldest_ms": 250, )"
             R"("handled": 17, "busy": 0.125, "restarts": 2, )"
             R"("memory_bytes": 640, "age_seconds": 40}], "next": null})"
             "\n");
  }

  TEST_CASE("a list leads to the next page") {
    std::vector<actor_view> three(3, channel_named("a"));
    for (std::uint64_t i = 0; i < three.size(); ++i)
      three[i].rank = {0, three[i].id = 11 + i};
    const auto body = list_of(three, 2);
    CHECK(body.find("}, {") != std::string::npos);
    CHECK(body.ends_with("}], \"next\": \"id-0-12\"}\n"));
  }

  TEST_CASE("a name of any characters is a JSON string") {
    const auto body = list_of({channel_named("a\"\\\n\0\u00e9\U0001f600"s)});
    CHECK(body.find("\"name\": \"a\\\"\\\\\\n\\u0000\u00e9\U0001f600\"")
          != std::string::npos);
    CHECK_FALSE(check_json(body));
  }

  TEST_CASE("stats are the sum of the homes, and each home") {
    CHECK(
      stats_answer("2.0", std::chrono::seconds{5}, two_homes()).body
      == R"({"version": "2.0", "uptime_seconds": 5, "homes": 2, )"
         R"("connections": 808, "channels": 606, "sessions": 707, )"
         R"("actors": {"hub": 101, "directory": 202, "inspector": 303, )"
         R"("gateway": 404, "admin": 505, "channel": 606, "session": 707, )"
         R"("connection": 808}, )"
         R"("connections_opened": 11, "connections_closed": 22, )"
         R"("publications": 33, "deliveries": 44, "slow_consumers": 55, )"
         R"("refused_publications": 66, "http_requests": 77, )"
         R"("actor_failures": 88, "queued_bytes": 99, "blocked": 121, "by_home": [)"
         R"({"home": 0, "connections": 8, "channels": 6, "sessions": 7, )"
         R"("actors": {"hub": 1, "directory": 2, "inspector": 3, )"
         R"("gateway": 4, "admin": 5, "channel": 6, "session": 7, )"
         R"("connection": 8}, )"
         R"("connections_opened": 1, "connections_closed": 2, )"
         R"("publications": 3, "deliveries": 4, "slow_consumers": 5, )"
         R"("refused_publications": 6, "http_requests": 7, )"
         R"("actor_failures": 8, "queued_bytes": 9, "blocked": 11}, )"
         R"({"home": 1, "connections": 800, "channels": 600, )"
         R"("sessions": 700, )"
         R"("actors": {"hub": 100, "directory": 200, "inspector": 300, )"
         R"("gateway": 400, "admin": 500, "channel": 600, "session": 700, )"
         R"("connection": 800}, )"
         R"("connections_opened": 10, "connections_closed": 20, )"
         R"("publications": 30, "deliveries": 40, "slow_consumers": 50, )"
         R"("refused_publications": 60, "http_requests": 70, )"
         R"("actor_failures": 80, "queued_bytes": 90, "blocked": 110}]})"
         "\n");
  }

  TEST_CASE("health is a word and a number of homes") {
    CHECK(healthy_answer(2).status == 200);
    CHECK(healthy_answer(2).body == "{\"status\": \"ok\", \"homes\": 2}\n");
  }

  TEST_CASE("silent homes are named") {
    const std::vector<std::size_t> one{1};
    const std::vector<std::size_t> two{0, 3};
    CHECK(refusal(failing_answer(one), 503)
          == "{\"status\": \"failing\", \"silent_homes\": [1]}\n");
    CHECK(refusal(failing_answer(two), 503)
          == "{\"status\": \"failing\", \"silent_homes\": [0, 3]}\n");
    CHECK(refusal(overdue_answer(one), 503)
          == "{\"message\": \"No answer in time from home 1.\", "
             "\"status\": 503, \"silent_homes\": [1]}\n");
    CHECK(refusal(overdue_answer(two), 503)
          == "{\"message\": \"No answer in time from homes 0, 3.\", "
             "\"status\": 503, \"silent_homes\": [0, 3]}\n");
  }

  TEST_CASE("a refusal says why, with its status") {
    CHECK(refusal(error_answer(admin_error::unknown_path), 404)
          == "{\"message\": \"No such path. GET /openapi.json describes "
             "those there are.\", \"status\": 404}\n");
    CHECK(refusal(error_answer(admin_error::internal), 500)
          == "{\"message\": \"Internal server error.\", \"status\": 500}\n");
    CHECK(refusal(error_answer(admin_error::stopping), 503)
          == "{\"message\": \"The server is stopping.\", \"status\": 503}\n");
  }

  TEST_CASE("a wrong method is told the right one") {
    const auto response = method_answer("GET, PUT");
    CHECK(response.status == 405);
    CHECK(values_of(response, "Allow") == "[GET, PUT]");
  }

  TEST_CASE("one request too many is told when to come back") {
    const auto response = error_answer(admin_error::too_busy);
    CHECK(response.status == 503);
    CHECK(values_of(response, "Retry-After") == "[1]");
  }

  TEST_CASE("a bad query may quote bytes that are not UTF-8") {
    CHECK(refusal(error_answer(query_error{"It is \"\xff\xc3\xa9\"."}), 400)
          == "{\"message\": \"It is \\\"\\ufffd\\u00e9\\\".\", "
             "\"status\": 400}\n");
  }
}
