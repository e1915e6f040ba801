#include "api/admin_answers.hpp"

#include "actors/actor_kind.hpp"
#include "encoding/json_object.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <optional>
#include <utility>
#include <variant>

namespace thunderpush {

namespace {

using kind_counts = std::array<std::size_t, actor_kind_names.size()>;
using std::chrono::milliseconds;

// -- parts -------------------------------------------------------------------

void append_numbers(std::string& out, std::span<const std::size_t> numbers) {
  append_json_array(out, numbers,
                    [&out](std::size_t x) { out += std::to_string(x); });
}

void append_texts(std::string& out, std::span<const std::string> texts) {
  append_json_array(
    out, texts, [&out](const std::string& x) { append_json_string(out, x); });
}

std::uint64_t count(milliseconds time) {
  return static_cast<std::uint64_t>(time.count());
}

double as_ms(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// RFC 3339, in UTC.
std::string to_text(std::chrono::system_clock::time_point when) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
  const auto rest = std::chrono::duration_cast<milliseconds>(when - seconds);
  const auto time = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[32];
  const auto size
    = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ",
                static_cast<int>(rest.count() % 1000));
  return std::string(text, size) + fraction;
}

void add_app(json_object& members, const applications& apps,
             std::optional<app_id> app) {
  if (app)
    members.text("app", apps.name(*app));
  else
    members.null("app");
}

void add_peer(json_object& members, const std::optional<peer_view>& peer) {
  if (peer)
    members.text("address", peer->address);
  else
    members.null("address");
}

void add_round_trip(json_object& members,
                    const std::optional<peer_view>& peer) {
  if (peer && peer->round_trip)
    members.decimal("rtt_ms", as_ms(*peer->round_trip));
  else
    members.null("rtt_ms");
}

void add_actor(json_object& members, const applications& apps,
               const actor_view& actor) {
  members.number("id", actor.id)
    .text("kind", to_string(actor.kind))
    .text("name", actor.name);
  add_app(members, apps, actor.app);
  members.number("home", actor.home)
    .text("state", actor.state)
    .number("mailbox", actor.mailbox)
    .number("mailbox_peak", actor.mailbox_peak)
    .number("oldest_ms", count(actor.oldest))
    .number("handled", actor.handled)
    .decimal("busy", actor.busy)
    .number("restarts", actor.restarts)
    .number("memory_bytes", actor.memory_bytes)
    .number("age_seconds", actor.age_seconds);
}

// From `queued_bytes` on, in a list and by itself.
void add_queue(json_object& members, const connection_view& of) {
  members.number("queued_bytes", of.queued_bytes)
    .number("queued_messages", of.queued_messages)
    .number("oldest_ms", count(of.oldest))
    .number("dropped", of.dropped)
    .number("bytes_in", of.bytes_in)
    .number("bytes_out", of.bytes_out);
  add_round_trip(members, of.peer);
}

// -- what an actor holds -----------------------------------------------------

void append_details(std::string& out, const actor_view&, std::monostate) {
  out += "null";
}

void append_details(std::string& out, const actor_view& actor,
                    const connection_view& of) {
  json_object members{out};
  members.text("kind", "connection")
    .text("user", actor.name)
    .text("transport", of.transport);
  add_peer(members, of.peer);
  add_queue(members, of);
  append_texts(members.member("subscriptions"), of.channels);
  if (of.token_expires)
    members.text("token_expires", to_text(*of.token_expires));
  else
    members.null("token_expires");
  members.member("info") += of.info.empty() ? "null" : of.info;
  members.end();
}

void append_details(std::string& out, const actor_view&,
                    const channel_view& of) {
  std::size_t subscribers = 0;
  for (const auto& each : of.branches)
    subscribers += each.subscribers;
  json_object members{out};
  members.text("kind", "channel").number("subscribers", subscribers);
  append_json_array(members.member("by_home"), of.branches,
                    [&out](const channel_view::branch& each) {
                      json_object branch{out};
                      branch.number("home", each.home)
                        .number("subscribers", each.subscribers)
                        .number("bytes_under_way", each.bytes_under_way)
                        .end();
                    });
  members.end();
}

void append_details(std::string& out, const actor_view&,
                    const session_view& of) {
  json_object members{out};
  members.text("kind", "session");
  append_json_array(members.member("connections"), of.connections,
                    [&out](std::uint64_t id) { out += std::to_string(id); });
  members.end();
}

// -- entries of lists --------------------------------------------------------

void append_entry(std::string& out, const applications& apps,
                  const actor_view& actor, std::monostate) {
  json_object members{out};
  add_actor(members, apps, actor);
  members.end();
}

void append_entry(std::string& out, const applications& apps,
                  const actor_view& actor, const connection_view& of) {
  json_object members{out};
  members.number("id", actor.id).number("home", actor.home);
  add_app(members, apps, actor.app);
  members.text("user", actor.name).text("transport", of.transport);
  add_peer(members, of.peer);
  members.text("state", actor.state).number("subscriptions", of.subscriptions);
  add_queue(members, of);
  members.number("age_seconds", actor.age_seconds).end();
}

void append_entry(std::string& out, const applications& apps,
                  const actor_view& actor, const channel_view& of) {
  std::size_t subscribers = 0;
  std::size_t under_way = 0;
  for (const auto& each : of.branches) {
    subscribers += each.subscribers;
    under_way += each.bytes_under_way;
  }
  json_object members{out};
  members.number("id", actor.id).text("name", actor.name);
  add_app(members, apps, actor.app);
  members.number("home", actor.home)
    .number("subscribers", subscribers)
    .number("bytes_under_way", under_way)
    .number("mailbox", actor.mailbox)
    .number("handled", actor.handled)
    .number("age_seconds", actor.age_seconds)
    .end();
}

void append_entry(std::string& out, const applications& apps,
                  const actor_view& actor, const session_view& of) {
  json_object members{out};
  members.number("id", actor.id).text("name", actor.name);
  add_app(members, apps, actor.app);
  members.number("home", actor.home)
    .number("connections", of.connections.size())
    .number("mailbox", actor.mailbox)
    .number("handled", actor.handled)
    .number("age_seconds", actor.age_seconds)
    .end();
}

void append_departure(std::string& out, const applications& apps,
                      const departure& who) {
  json_object members{out};
  members.number("id", who.id).number("home", who.home);
  add_app(members, apps, who.app);
  members.text("user", who.user).text("transport", who.transport);
  if (who.address.empty())
    members.null("address");
  else
    members.text("address", who.address);
  members.number("code", who.reason.code)
    .text("reason", who.reason.text)
    .text("closed_at", to_text(who.when))
    .number("bytes_in", who.bytes_in)
    .number("bytes_out", who.bytes_out)
    .number("dropped", who.dropped)
    .number("age_seconds", static_cast<std::uint64_t>(who.lived.count()))
    .end();
}

void add_next(json_object& members, std::string_view order,
              const std::optional<actor_rank>& place) {
  if (place)
    members.text("next", to_cursor(order, *place));
  else
    members.null("next");
}

// -- homes -------------------------------------------------------------------

std::size_t count_of(const kind_counts& actors, actor_kind kind) {
  return actors[static_cast<std::size_t>(kind)];
}

void add_populations(json_object& members, const kind_counts& actors) {
  members.number("connections", count_of(actors, actor_kind::connection))
    .number("channels", count_of(actors, actor_kind::channel))
    .number("sessions", count_of(actors, actor_kind::session));
  json_object by_kind{members.member("actors")};
  for (std::size_t i = 0; i < actors.size(); ++i)
    by_kind.number(actor_kind_names[i], actors[i]);
  by_kind.end();
}

void add_counters(json_object& members, const home_counters& counters) {
  members.number("connections_opened", counters.connections_opened)
    .number("connections_closed", counters.connections_closed)
    .number("publications", counters.publications)
    .number("deliveries", counters.deliveries)
    .number("slow_consumers", counters.slow_consumers)
    .number("refused_publications", counters.refused_publications)
    .number("http_requests", counters.http_requests)
    .number("actor_failures", counters.actor_failures)
    .number("queued_bytes", counters.queued_bytes)
    .number("blocked", counters.blocked);
}

void append_totals(std::string& out, const totals_read& totals) {
  json_object members{out};
  members.number("home", totals.home);
  add_populations(members, totals.actors);
  add_counters(members, totals.counters);
  members.end();
}

void append_percentiles(std::string& out, const histogram& of) {
  json_object members{out};
  members.decimal("p50_ms", as_ms(of.percentile(0.5)))
    .decimal("p90_ms", as_ms(of.percentile(0.9)))
    .decimal("p99_ms", as_ms(of.percentile(0.99)))
    .decimal("max_ms", as_ms(of.max()))
    .end();
}

void append_home(std::string& out, const totals_read& totals) {
  std::size_t actors = 0;
  for (const auto each : totals.actors)
    actors += each;
  const auto& counted = totals.counters;
  json_object members{out};
  members.number("home", totals.home)
    .number("actors", actors)
    .number("connections", count_of(totals.actors, actor_kind::connection))
    .number("ready", totals.ready)
    .number("timers", totals.timers)
    .number("blocked", counted.blocked)
    .number("queued_bytes", counted.queued_bytes);
  append_percentiles(members.member("lag"), totals.lag);
  append_percentiles(members.member("turn"), totals.turns);
  json_object flush{members.member("flush")};
  flush.number("writes", counted.writes)
    .number("messages", counted.written_messages)
    .number("bytes", counted.written_bytes)
    .decimal("messages_per_write",
             counted.writes == 0 ? 0.0
                                 : static_cast<double>(counted.written_messages)
                                     / static_cast<double>(counted.writes))
    .end();
  members.end();
}

std::string silence_message(std::span<const std::size_t> silent_homes) {
  std::string message{"No answer in time from home"};
  std::string_view separator = silent_homes.size() == 1 ? " " : "s ";
  for (const auto each : silent_homes) {
    message.append(separator).append(std::to_string(each));
    separator = ", ";
  }
  return message += '.';
}

// -- answers -----------------------------------------------------------------

// How a refusal looks from outside.
struct refusal {
  unsigned status;
  std::string_view message;
};

refusal refusal_of(admin_error error) {
  switch (error) {
  case admin_error::unknown_path:
    return {404, "No such path. GET /openapi.json describes those there are."};
  case admin_error::no_actor:
    return {404, "No actor has this id: it may have ended."};
  case admin_error::no_client:
    return {404, "No client has this id: it may have gone."};
  case admin_error::no_channel:
    return {404, "There is no such channel: nobody is subscribed to it."};
  case admin_error::no_user:
    return {404, "The user is not online."};
  case admin_error::no_token:
    return {401, "Show the token of [admin]: Authorization: Bearer TOKEN."};
  case admin_error::wrong_host:
    return {403, "The Host or Origin of the request is not this endpoint's. "
                 "Set a token in [admin] to use it by other names."};
  case admin_error::too_busy:
    return {503, "Too many requests wait for an answer. Try again later."};
  case admin_error::stopping:
    return {503, "The server is stopping."};
  case admin_error::internal:
    break;
  }
  return {500, "Internal server error."};
}

http_response refusal_answer(const refusal& refused) {
  std::string body;
  json_object members{body};
  // What a client sent may be quoted, and be no UTF-8.
  append_ascii_json_string(members.member("message"), refused.message);
  members.number("status", refused.status).end();
  return json_answer(refused.status, std::move(body));
}

} // namespace

http_response json_answer(unsigned status, std::string body) {
  http_response response;
  response.status = status;
  response.content_type = "application/json; charset=UTF-8";
  response.fields = {
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
  };
  response.body = std::move(body);
  response.body += '\n';
  return response;
}

// -- lists -------------------------------------------------------------------

http_response page_answer(const listing& list, const applications& apps,
                          const actor_page& page, std::string_view order) {
  std::string body;
  json_object members{body};
  const bool by_kind = list.kind.has_value();
  append_json_array(
    members.member(list.key), page.entries(), [&](const actor_view& each) {
      std::visit(
        [&](const auto& held) { append_entry(body, apps, each, held); },
        by_kind ? each.holdings : holdings_view{});
    });
  add_next(members, order, page.next());
  members.end();
  return json_answer(200, std::move(body));
}

http_response closed_answer(const applications& apps,
                            const departure_page& page) {
  std::string body;
  json_object members{body};
  append_json_array(
    members.member("closed"), page.entries(),
    [&](const departure& each) { append_departure(body, apps, each); });
  add_next(members, closed_order, page.next());
  members.end();
  return json_answer(200, std::move(body));
}

http_response actor_answer(const applications& apps, const actor_view& actor) {
  std::string body;
  json_object members{body};
  add_actor(members, apps, actor);
  auto& out = members.member("details");
  std::visit([&](const auto& held) { append_details(out, actor, held); },
             actor.holdings);
  members.end();
  return json_answer(200, std::move(body));
}

// -- figures -----------------------------------------------------------------

http_response stats_answer(std::string_view version,
                           std::chrono::seconds uptime,
                           std::span<const totals_read> homes) {
  home_counters counters;
  kind_counts actors{};
  for (const auto& each : homes) {
    counters += each.counters;
    for (std::size_t i = 0; i < actors.size(); ++i)
      actors[i] += each.actors[i];
  }
  std::string body;
  json_object members{body};
  members.text("version", version)
    .number("uptime_seconds", static_cast<std::uint64_t>(uptime.count()))
    .number("homes", homes.size());
  add_populations(members, actors);
  add_counters(members, counters);
  append_json_array(members.member("by_home"), homes,
                    [&body](const totals_read& x) { append_totals(body, x); });
  members.end();
  return json_answer(200, std::move(body));
}

http_response homes_answer(std::span<const totals_read> homes) {
  std::string body;
  json_object members{body};
  append_json_array(members.member("homes"), homes,
                    [&body](const totals_read& x) { append_home(body, x); });
  members.end();
  return json_answer(200, std::move(body));
}

http_response text_answer(std::string_view content_type, std::string text) {
  http_response response;
  response.content_type = content_type;
  response.fields = {{"Cache-Control", "no-store"}};
  response.body = std::move(text);
  return response;
}

// -- the process -------------------------------------------------------------

http_response
settings_answer(std::span<const process_control::setting> settings) {
  std::string body;
  json_object members{body};
  append_json_array(members.member("options"), settings,
                    [&body](const process_control::setting& each) {
                      json_object option{body};
                      option.text("option", each.option);
                      if (each.value)
                        option.text("value", *each.value);
                      else
                        option.null("value");
                      option.text("source", each.source).end();
                    });
  members.end();
  return json_answer(200, std::move(body));
}

http_response reload_answer(const process_control::reload_outcome& outcome) {
  if (const auto* why = std::get_if<std::string>(&outcome))
    return refusal_answer({422, *why});
  const auto& done = std::get<process_control::reloaded>(outcome);
  std::string body;
  json_object members{body};
  append_texts(members.member("changed"), done.changed);
  append_texts(members.member("restart_needed"), done.restart_needed);
  members.end();
  return json_answer(200, std::move(body));
}

http_response done_answer(std::string_view what, std::string_view name) {
  std::string body;
  json_object members{body};
  members.text(what, name).end();
  return json_answer(200, std::move(body));
}

http_response done_answer(std::string_view what, std::uint64_t id) {
  std::string body;
  json_object members{body};
  members.number(what, id).end();
  return json_answer(200, std::move(body));
}

// -- health ------------------------------------------------------------------

http_response healthy_answer(std::size_t homes) {
  std::string body;
  json_object members{body};
  members.text("status", "ok").number("homes", homes).end();
  return json_answer(200, std::move(body));
}

http_response failing_answer(std::span<const std::size_t> silent_homes) {
  std::string body;
  json_object members{body};
  members.text("status", "failing");
  append_numbers(members.member("silent_homes"), silent_homes);
  members.end();
  return json_answer(503, std::move(body));
}

http_response readiness_answer(std::span<const std::string> reasons) {
  std::string body;
  json_object members{body};
  members.text("status", reasons.empty() ? "ready" : "not ready");
  if (!reasons.empty())
    append_texts(members.member("reasons"), reasons);
  members.end();
  return json_answer(reasons.empty() ? 200 : 503, std::move(body));
}

// -- refusals ----------------------------------------------------------------

http_response overdue_answer(std::span<const std::size_t> silent_homes) {
  std::string body;
  json_object members{body};
  members.text("message", silence_message(silent_homes)).number("status", 503);
  append_numbers(members.member("silent_homes"), silent_homes);
  members.end();
  return json_answer(503, std::move(body));
}

http_response error_answer(admin_error error) {
  http_response response = refusal_answer(refusal_of(error));
  if (error == admin_error::too_busy)
    response.fields.push_back({"Retry-After", "1"});
  if (error == admin_error::no_token)
    response.fields.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

http_response error_answer(const query_error& error) {
  return refusal_answer({400, error.message});
}

http_response method_answer(std::string_view allowed) {
  const auto message
    = std::string{"The path has no such method, but "}.append(allowed) + '.';
  auto response = refusal_answer({405, message});
  response.fields.push_back({"Allow", allowed});
  return response;
}

// -- traces ------------------------------------------------------------------

std::string trace_line(const trace_noted& event) {
  std::string line;
  json_object members{line};
  members.text("at", to_text(event.when))
    .number("actor", event.actor)
    .text("kind", to_string(event.kind))
    .text("name", event.name)
    .number("home", event.home)
    .text("event", event.event)
    .text("subject", event.subject)
    .number("bytes", event.bytes)
    .number("count", event.count);
  if (!event.payload.empty())
    members.text("payload", event.payload);
  if (event.missed > 0)
    members.number("missed", event.missed);
  members.end();
  return line;
}

} // namespace thunderpush
