#include "api/admin_answers.hpp"

#include "actors/actor_kind.hpp"
#include "encoding/json.hpp"

#include <array>
#include <utility>

namespace thunderpush {

namespace {

using kind_counts = std::array<std::size_t, actor_kind_names.size()>;

// -- JSON --------------------------------------------------------------------

// Appends one object, member by member.
class json_object {
public:
  explicit json_object(std::string& out) : out_(out) { out_ += '{'; }

  // Begins a member: its value is to be appended next. Returns the text.
  std::string& member(std::string_view name) {
    out_.append(separator_).append(1, '"').append(name).append("\": ");
    separator_ = ", ";
    return out_;
  }

  json_object& number(std::string_view name, std::uint64_t value) {
    member(name) += std::to_string(value);
    return *this;
  }

  // `value` is UTF-8.
  json_object& text(std::string_view name, std::string_view value) {
    append_json_string(member(name), value);
    return *this;
  }

  void end() { out_ += '}'; }

private:
  std::string& out_;
  std::string_view separator_;
};

// Appends an array; `append` appends one element.
template <class Elements, class Append>
void append_array(std::string& out, const Elements& elements, Append append) {
  out += '[';
  std::string_view separator;
  for (const auto& element : elements) {
    out += separator;
    append(element);
    separator = ", ";
  }
  out += ']';
}

void append_numbers(std::string& out, std::span<const std::size_t> numbers) {
  append_array(out, numbers,
               [&out](std::size_t x) { out += std::to_string(x); });
}

// -- parts -------------------------------------------------------------------

void append_actor(std::string& out, const actor_view& actor) {
  json_object members{out};
  members.number("id", actor.id)
    .text("kind", to_string(actor.kind))
    .text("name", actor.name)
    .number("home", actor.home)
    .text("state", actor.state)
    .number("mailbox", actor.mailbox)
    .number("handled", actor.handled)
    .number("age_seconds", actor.age_seconds)
    .end();
}

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
    .number("actor_failures", counters.actor_failures);
}

void append_home(std::string& out, const totals_read& totals) {
  json_object members{out};
  members.number("home", totals.home);
  add_populations(members, totals.actors);
  add_counters(members, totals.counters);
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

// How a refusal looks from outside.
struct refusal {
  unsigned status;
  std::string_view message;
};

refusal refusal_of(admin_error error) {
  switch (error) {
  case admin_error::unknown_path:
    return {404, "No such path. GET / lists those there are."};
  case admin_error::method_not_allowed:
    return {405, "The path has no method but GET."};
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

http_response index_answer() {
  std::string body;
  json_object members{body};
  json_object endpoints{members.member("endpoints")};
  endpoints
    .text("/actors", "The actors, page by page: kind=, sort=, limit=, cursor=.")
    .text("/health", "Whether every home answers within a second.")
    .text("/stats", "What the homes have counted since the start.")
    .end();
  members.end();
  return json_answer(200, std::move(body));
}

http_response actors_answer(std::span<const actor_view> actors,
                            const std::optional<std::string>& next) {
  std::string body;
  json_object members{body};
  append_array(members.member("actors"), actors,
               [&body](const actor_view& x) { append_actor(body, x); });
  if (next) {
    members.text("next", *next);
  } else {
    members.member("next") += "null";
  }
  members.end();
  return json_answer(200, std::move(body));
}

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
  append_array(members.member("by_home"), homes,
               [&body](const totals_read& x) { append_home(body, x); });
  members.end();
  return json_answer(200, std::move(body));
}

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
  if (error == admin_error::method_not_allowed)
    response.fields.push_back({"Allow", "GET"});
  if (error == admin_error::too_busy)
    response.fields.push_back({"Retry-After", "1"});
  return response;
}

http_response error_answer(const query_error& error) {
  return refusal_answer({400, error.message});
}

} // namespace thunderpush
