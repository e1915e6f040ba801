#include "config/option_table.hpp"

#include "config/component_levels.hpp"
#include "config/loggable.hpp"
#include "config/suggestion.hpp"
#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace thunderpush {

namespace {

using namespace std::chrono_literals;

// What values an option takes and where they go.
struct value_kind {
  std::string allowed;
  std::function<bool(settings&, std::string_view)> assign;
  std::function<std::string(std::string_view)> reason = {};
};

template <class Group, class Member>
value_kind number(Group settings::*group, Member Group::*member,
                  std::uint64_t min, std::uint64_t max) {
  return {"a number from " + std::to_string(min) + " to " + std::to_string(max),
          [=](settings& to, std::string_view text) {
            const auto value = parse_number(text);
            if (!value || *value < min || *value > max)
              return false;
            to.*group.*member = static_cast<Member>(*value);
            return true;
          }};
}

template <class Group>
value_kind size(Group settings::*group, std::size_t Group::*member,
                std::size_t min, std::size_t max) {
  return {"a size from " + format_size(min) + " to " + format_size(max),
          [=](settings& to, std::string_view text) {
            const auto value = parse_size(text);
            if (!value || *value < min || *value > max)
              return false;
            to.*group.*member = *value;
            return true;
          }};
}

// A duration in the resolution of the member: what that cannot hold is not
// rounded, but refused.
template <class Group, class Duration>
value_kind duration(Group settings::*group, Duration Group::*member,
                    std::chrono::milliseconds min,
                    std::chrono::milliseconds max) {
  const auto whole = std::is_same_v<Duration, std::chrono::seconds>
                       ? "a duration in whole seconds from "
                       : "a duration from ";
  return {whole + format_duration(min) + " to " + format_duration(max),
          [=](settings& to, std::string_view text) {
            const auto value = parse_duration(text);
            if (!value || *value < min || *value > max)
              return false;
            const auto held = std::chrono::duration_cast<Duration>(*value);
            if (held != *value)
              return false;
            to.*group.*member = held;
            return true;
          }};
}

template <class Group>
value_kind on_or_off(Group settings::*group, bool Group::*member) {
  return {"on or off (also true, false, yes, no, 1, 0)",
          [=](settings& to, std::string_view text) {
            const auto value = parse_switch(text);
            if (value)
              to.*group.*member = *value;
            return value.has_value();
          }};
}

value_kind bindable_host() {
  return {"a host name or an IP address without port, or nothing",
          [](settings& to, std::string_view text) {
            to.server.host = text;
            return is_bindable_host(text);
          }};
}

template <class Group>
value_kind path(Group settings::*group, std::string Group::*member) {
  return {"a path without control characters",
          [=](settings& to, std::string_view text) {
            to.*group.*member = text;
            return !has_control_bytes(text);
          }};
}

value_kind endpoint_or_off() {
  return {"HOST:PORT, [IPV6]:PORT or off",
          [](settings& to, std::string_view text) {
            if (parse_switch(text) == false && text != "0") {
              to.admin.enabled = false;
              return true;
            }
            const auto value = parse_host_and_port(text);
            if (value) {
              to.admin.enabled = true;
              to.admin.host = value->host;
              to.admin.port = value->port;
            }
            return value.has_value();
          }};
}

value_kind admin_token() {
  return {"16 to 256 visible characters of ASCII, without blanks",
          [](settings& to, std::string_view text) {
            to.admin.token = text;
            return is_admin_token(text);
          }};
}

value_kind level() {
  return {"trace, debug, info, warning, error or off",
          [](settings& to, std::string_view text) {
            const auto value = parse_log_level(text);
            if (value)
              to.log.level = *value;
            return value.has_value();
          }};
}

value_kind level_list() {
  return {"COMPONENT=LEVEL, several with commas or blanks between, or nothing",
          [](settings& to, std::string_view text) {
            auto parsed = parse_component_levels(text);
            auto* levels = std::get_if<component_levels>(&parsed);
            if (levels != nullptr)
              to.log.levels = std::move(*levels);
            return levels != nullptr;
          },
          [](std::string_view text) {
            return std::get<std::string>(parse_component_levels(text));
          }};
}

value_kind line_format() {
  return {"text or json", [](settings& to, std::string_view text) {
            to.log.format
              = text == "json" ? log_format::json : log_format::text;
            return text == "text" || text == "json";
          }};
}

value_kind transport_list() {
  return {"websocket xhr-streaming eventsource htmlfile xhr-polling "
          "jsonp-polling",
          [](settings& to, std::string_view text) {
            const auto value = parse_transports(text);
            if (value)
              to.sockjs.transports = *value;
            return value.has_value();
          }};
}

value_kind script_address() {
  return {"a path that begins with / or a URL, without blanks or quotes",
          [](settings& to, std::string_view text) {
            to.sockjs.script = text;
            return is_script_address(text);
          }};
}

value_kind app_key() {
  return {"a text, not empty, without control characters",
          [](settings& to, std::string_view text) {
            to.apps.back().key = text;
            return !text.empty() && !has_control_bytes(text);
          }};
}

// HTTP trims what surrounds a header's value: a secret that begins or ends
// with a blank could never match.
value_kind app_secret() {
  return {"a text, not empty, without control characters or blanks at its ends",
          [](settings& to, std::string_view text) {
            to.apps.back().secret = text;
            return !text.empty() && !has_control_bytes(text)
                   && trimmed(text) == text;
          }};
}

// The file is read by whoever reads the configuration.
value_kind path_of(std::string_view content) {
  return {"the path of a file that holds the " + std::string{content},
          [](settings&, std::string_view text) {
            return !text.empty() && !has_control_bytes(text);
          }};
}

struct row {
  std::string_view section;
  std::string_view key;
  std::optional<std::string_view> default_text;
  value_kind kind;
  std::string_view help;
  std::string_view example = {};
  bool essential = false;
  bool confidential = false;
};

constexpr std::size_t kib = 1024;
constexpr std::size_t gib = kib * kib * kib;

std::vector<row> server_rows() {
  const auto in = &settings::server;
  using group = server_settings;
  return {
    {"server",
     "host",
     "127.0.0.1",
     bindable_host(),
     "Address to bind; empty: all interfaces, IPv4 and IPv6.",
     {},
     true},
    {"server",
     "port",
     "8080",
     number(in, &group::port, 0, 65535),
     "TCP port; 0: any free port.",
     {},
     true},
    {"server", "homes", "0", number(in, &group::homes, 0, 1024),
     "I/O threads; 0: one a core."},
    {"server", "pid_file", "", path(in, &group::pid_file),
     "Locked while the server runs, holds its process id; empty: none."},
    {"server", "demo", "off", on_or_off(in, &group::demo),
     "Serve a demonstration page at /; leave it off in production."},
    {"server", "heartbeat", "25s", duration(in, &group::heartbeat, 1s, 1h),
     "Time between two heartbeats of a connection."},
    {"server", "pong_timeout", "10s",
     duration(in, &group::pong_timeout, 1ms, 1h),
     "A WebSocket that answers no ping for so long is closed (3012)."},
    {"server", "drain", "10s", duration(in, &group::drain, 0ms, 1h),
     "At shutdown clients are closed spread over this time."},
  };
}

std::vector<row> sockjs_rows() {
  const auto in = &settings::sockjs;
  using group = sockjs_settings;
  return {
    {"sockjs", "transports", "all", transport_list(),
     "Some of these, or all: the URLs of the others are answered 404."},
    {"sockjs", "script", "/client/sockjs.min.js", script_address(),
     "Where the iframe page gets sockjs-client from; this server has one."},
    {"sockjs", "disconnect_delay", "5s",
     duration(in, &group::disconnect_delay, 100ms, 1h),
     "A client that polls may stay away for so long between two requests."},
    {"sockjs", "response_limit", "128KiB",
     size(in, &group::response_limit, 1, gib),
     "A streamed answer ends after so much; the client asks again."},
    {"sockjs", "cookie", "on", on_or_off(in, &group::cookie),
     "Set a JSESSIONID cookie, for load balancers that go by it."},
  };
}

std::vector<row> app_rows() {
  return {
    {"app", "key", std::nullopt, app_key(),
     "Public key: part of the URLs of the REST API, sent in CONNECT.", "public",
     true},
    {"app", "secret", std::nullopt, app_secret(),
     "Secret of the REST API (X-Thunder-Secret-Key). Change it.", "secret",
     true, true},
    {"app", "secret_file", std::nullopt, path_of("secret"),
     "Instead of secret: a file whose trimmed content is the secret.",
     "/etc/thunderpush/main.secret"},
  };
}

std::vector<row> admin_rows() {
  return {
    {"admin",
     "listen",
     "127.0.0.1:8081",
     endpoint_or_off(),
     "HOST:PORT of the pages for operators, or off. Keep it private.",
     {},
     true},
    {"admin",
     "token",
     std::nullopt,
     admin_token(),
     "Operators show it (Authorization: Bearer); required beyond loopback.",
     {},
     false,
     true},
    {"admin", "token_file", std::nullopt, path_of("token"),
     "Instead of token: a file whose first line is the token.",
     "/etc/thunderpush/admin.token"},
  };
}

std::vector<row> memory_limit_rows() {
  const auto in = &settings::limits;
  using group = limit_settings;
  return {
    {"limits", "connections", "0",
     number(in, &group::connections, 0, 1'000'000'000),
     "Connections of the whole server; 0: unlimited."},
    {"limits", "channels_per_connection", "1024",
     number(in, &group::channels_per_connection, 1, 1'000'000),
     "Channels one connection may subscribe to."},
    {"limits", "user_id_bytes", "16KiB",
     size(in, &group::user_id_bytes, 1, kib * kib), "Length of a user id."},
    {"limits", "message_bytes", "64KiB",
     size(in, &group::message_bytes, 1, gib),
     "Size of one message from a client."},
    {"limits", "body_bytes", "1MiB", size(in, &group::body_bytes, 1, gib),
     "Size of one request body of the REST API; more is answered 413."},
    {"limits", "header_bytes", "8KiB",
     size(in, &group::header_bytes, 256, kib * kib),
     "Size of one HTTP request header."},
    {"limits", "header_fields", "100",
     number(in, &group::header_fields, 1, 10'000),
     "Fields in one HTTP request header."},
    {"limits", "queue_bytes", "1MiB", size(in, &group::queue_bytes, 1, gib),
     "Bytes that may wait for one connection; more closes it (3008)."},
    {"limits", "channel_backlog_bytes", "512KiB",
     size(in, &group::channel_backlog_bytes, 1, gib),
     "Bytes one channel may have under way; more is answered 429."},
    {"limits", "json_depth", "512", number(in, &group::json_depth, 1, 100'000),
     "Levels of nesting in a JSON body."},
  };
}

std::vector<row> time_limit_rows() {
  const auto in = &settings::limits;
  using group = limit_settings;
  return {
    {"limits", "header_timeout", "10s",
     duration(in, &group::header_timeout, 1ms, 1h),
     "Time for a whole HTTP request header to arrive."},
    {"limits", "body_timeout", "30s",
     duration(in, &group::body_timeout, 1ms, 1h),
     "Time for a whole HTTP request body to arrive."},
    {"limits", "keep_alive_timeout", "60s",
     duration(in, &group::keep_alive_timeout, 1ms, 1h),
     "Time a connection may idle between two HTTP requests."},
    {"limits", "write_timeout", "10s",
     duration(in, &group::write_timeout, 1ms, 1h),
     "Time a write may make no progress."},
    {"limits", "queue_age", "10s", duration(in, &group::queue_age, 1ms, 1h),
     "Time a message may wait for one connection; longer closes it (3008)."},
  };
}

std::vector<row> log_rows() {
  const auto in = &settings::log;
  using group = log_settings;
  return {
    {"log", "level", "info", level(),
     "Least that is logged: trace, debug, info, warning, error or off."},
    {"log", "levels", "", level_list(),
     "Levels of components that are to differ from it.",
     "http=debug, connection=warning"},
    {"log", "format", "text", line_format(),
     "json: each line an object of time, level, component and message."},
    {"log", "file", "", path(in, &group::file),
     "Where the log goes; empty: standard error. SIGUSR1 opens it anew."},
  };
}

std::vector<option> make_table() {
  std::vector<option> result;
  for (auto& rows : {server_rows(), sockjs_rows(), app_rows(), admin_rows(),
                     memory_limit_rows(), time_limit_rows(), log_rows()}) {
    for (const auto& one : rows) {
      result.push_back({one.section, one.key, one.default_text, one.help,
                        one.kind.allowed, one.kind.assign, one.kind.reason,
                        one.example, one.essential, one.confidential});
    }
  }
  return result;
}

std::string_view table_section(std::string_view section) {
  return app_name(section).empty() ? section : std::string_view{"app"};
}

std::string did_you_mean(const std::optional<std::string>& guess) {
  return guess ? "; did you mean " + *guess + "?" : std::string{};
}

std::string quoted(std::string_view text) {
  return '"' + loggable(text) + '"';
}

} // namespace

std::span<const option> option_table() {
  static const auto table = make_table();
  return table;
}

const option* find_option(std::string_view section, std::string_view key) {
  if (!is_section(section))
    return nullptr;
  const auto table = option_table();
  const auto found
    = std::find_if(table.begin(), table.end(),
                   [wanted = table_section(section), key](const option& one) {
                     return one.section == wanted && one.key == key;
                   });
  return found == table.end() ? nullptr : &*found;
}

std::string_view other_spelling(std::string_view key) {
  using namespace std::string_view_literals;
  constexpr std::array pairs{std::pair{"secret"sv, "secret_file"sv},
                             std::pair{"token"sv, "token_file"sv}};
  for (const auto& [value, file] : pairs) {
    if (key == value)
      return file;
    if (key == file)
      return value;
  }
  return {};
}

bool is_section(std::string_view section) {
  if (!app_name(section).empty())
    return true;
  const auto table = option_table();
  return section != "app"
         && std::any_of(
           table.begin(), table.end(),
           [section](const option& one) { return one.section == section; });
}

std::string_view app_name(std::string_view section) {
  constexpr std::string_view prefix = "app.";
  if (!section.starts_with(prefix))
    return {};
  const auto name = section.substr(prefix.size());
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return std::all_of(name.begin(), name.end(), legal) ? name
                                                      : std::string_view{};
}

std::string unknown_section(std::string_view section) {
  if (section == "app" || section.starts_with("app.")) {
    return "section [" + loggable(section)
           + "] does not name an app: write [app.NAME], such as [app.main], "
             "with letters, digits, _ and - only";
  }
  std::vector<std::string> candidates;
  for (const auto& one : option_table()) {
    candidates.push_back(one.section == "app" ? "app.main"
                                              : std::string{one.section});
  }
  auto guess = closest(section, candidates);
  return "unknown section [" + loggable(section) + "]"
         + (guess
              ? "; did you mean [" + *guess + "]?"
              : "; there are [server], [sockjs], [app.NAME], [admin], [limits] "
                "and [log]");
}

std::string unknown_key(std::string_view section, std::string_view key) {
  if (!is_section(section))
    return unknown_section(section);
  const auto wanted = table_section(section);
  std::vector<std::string> candidates;
  const option* elsewhere = nullptr;
  for (const auto& one : option_table()) {
    if (one.section == wanted)
      candidates.emplace_back(one.key);
    if (one.key == key)
      elsewhere = &one;
  }
  const auto what
    = "unknown key " + quoted(key) + " in [" + std::string{section} + "]";
  if (elsewhere != nullptr) {
    return what + "; it belongs to ["
           + (elsewhere->section == "app" ? "app.NAME"
                                          : std::string{elsewhere->section})
           + "]";
  }
  return what + did_you_mean(closest(key, candidates));
}

std::optional<std::string> complaint(const option& which,
                                     std::string_view value) {
  settings scratch;
  scratch.apps.emplace_back();
  if (which.assign(scratch, value))
    return std::nullopt;
  auto text = std::string{which.key} + " cannot be "
              + (which.confidential ? "what it is set to" : quoted(value))
              + ": expected " + which.allowed;
  // An example of a secret would be taken as it stands.
  if (which.confidential)
    return text;
  if (which.reason)
    text += "; " + which.reason(value);
  const auto example
    = which.example.empty() ? which.default_text.value_or("") : which.example;
  text
    += ", for example " + std::string{which.key} + " = " + std::string{example};
  const auto holds_comment = value.find(" #") != std::string_view::npos
                             || value.find(" ;") != std::string_view::npos;
  if (holds_comment)
    text += "; a comment needs a line of its own";
  return text;
}

} // namespace thunderpush
