#include "config/option_table.hpp"

#include "config/component_levels.hpp"
#include "config/loggable.hpp"
#include "config/named_section.hpp"
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

// Where a value goes: settings in, a reference to one of them out.

template <class Group, class Member>
auto at(Group settings::*group, Member Group::*member) {
  return [=](settings& to) -> Member& { return to.*group.*member; };
}

// In the last section of a kind that has names.
template <class Section, class Member>
auto last(std::vector<Section> settings::*sections, Member Section::*member) {
  return [=](settings& to) -> Member& { return (to.*sections).back().*member; };
}

// A member of what is at a place.
template <class Place, class Group, class Member>
auto within(Place place, Member Group::*member) {
  return [=](settings& to) -> Member& { return place(to).*member; };
}

template <class Place>
using held_at = std::remove_reference_t<std::invoke_result_t<Place, settings&>>;

template <class Place>
value_kind number(Place place, std::uint64_t min, std::uint64_t max) {
  return {"a number from " + std::to_string(min) + " to " + std::to_string(max),
          [=](settings& to, std::string_view text) {
            const auto value = parse_number(text);
            if (!value || *value < min || *value > max)
              return false;
            place(to) = static_cast<held_at<Place>>(*value);
            return true;
          }};
}

template <class Place>
value_kind size(Place place, std::size_t min, std::size_t max) {
  return {"a size from " + format_size(min) + " to " + format_size(max),
          [=](settings& to, std::string_view text) {
            const auto value = parse_size(text);
            if (!value || *value < min || *value > max)
              return false;
            place(to) = *value;
            return true;
          }};
}

// A duration in the resolution of its place: what that cannot hold is not
// rounded, but refused.
template <class Place>
value_kind duration(Place place, std::chrono::milliseconds min,
                    std::chrono::milliseconds max) {
  using held = held_at<Place>;
  const auto whole = std::is_same_v<held, std::chrono::seconds>
                       ? "a duration in whole seconds from "
                       : "a duration from ";
  return {whole + format_duration(min) + " to " + format_duration(max),
          [=](settings& to, std::string_view text) {
            const auto value = parse_duration(text);
            if (!value || *value < min || *value > max)
              return false;
            const auto rounded = std::chrono::duration_cast<held>(*value);
            if (rounded != *value)
              return false;
            place(to) = rounded;
            return true;
          }};
}

template <class Place>
value_kind on_or_off(Place place) {
  return {"on or off (also true, false, yes, no, 1, 0)",
          [=](settings& to, std::string_view text) {
            const auto value = parse_switch(text);
            if (value)
              place(to) = *value;
            return value.has_value();
          }};
}

template <class Value>
struct named_value {
  std::string_view name;
  Value value;
};

// One of a few words.
template <class Place, std::size_t Count>
value_kind one_of(Place place,
                  const std::array<named_value<held_at<Place>>, Count>& words) {
  std::string allowed;
  for (std::size_t i = 0; i < Count; ++i)
    allowed.append(i == 0           ? ""
                   : i + 1 == Count ? " or "
                                    : ", ")
      .append(words[i].name);
  return {allowed, [=](settings& to, std::string_view text) {
            for (const auto& each : words)
              if (each.name == text) {
                place(to) = each.value;
                return true;
              }
            return false;
          }};
}

template <class Place>
value_kind printable(Place place, std::string allowed) {
  return {std::move(allowed), [=](settings& to, std::string_view text) {
            place(to) = text;
            return !has_control_bytes(text);
          }};
}

value_kind bindable_host() {
  return {"a host name or an IP address without port, or nothing",
          [](settings& to, std::string_view text) {
            to.server.host = text;
            return is_bindable_host(text);
          }};
}

template <class Place>
value_kind path(Place place) {
  return printable(place, "a path without control characters");
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
template <class Place>
value_kind rest_secret(Place place) {
  return {"a text, not empty, without control characters or blanks at its ends",
          [=](settings& to, std::string_view text) {
            place(to) = text;
            return !text.empty() && !has_control_bytes(text)
                   && trimmed(text) == text;
          }};
}

// In a file it may have several lines.
template <class Place>
value_kind token_key(Place place) {
  return {"a text, not empty", [=](settings& to, std::string_view text) {
            place(to) = text;
            return !text.empty();
          }};
}

value_kind origins() {
  return {"* or origins such as https://example.org, separated by blanks",
          [](settings& to, std::string_view text) {
            auto value = parse_origins(text);
            if (value)
              to.apps.back().allowed_origins = *std::move(value);
            return value.has_value();
          }};
}

value_kind networks() {
  return {"addresses and networks such as 10.0.0.0/8, or nothing",
          [](settings& to, std::string_view text) {
            auto value = parse_ip_networks(text);
            if (value)
              to.server.trusted_proxies = *std::move(value);
            return value.has_value();
          }};
}

value_kind listener_address() {
  return {"HOST:PORT, [IPV6]:PORT or unix:PATH",
          [](settings& to, std::string_view text) {
            constexpr std::string_view scheme = "unix:";
            auto& listener = to.listeners.back();
            if (text.starts_with(scheme)) {
              listener.path = text.substr(scheme.size());
              return is_unix_path(listener.path);
            }
            const auto value = parse_host_and_port(text);
            if (value) {
              listener.host = value->host;
              listener.port = value->port;
            }
            return value.has_value();
          }};
}

value_kind socket_mode() {
  return {"permissions in octal, such as 0660",
          [](settings& to, std::string_view text) {
            const auto value = parse_permissions(text);
            if (value)
              to.listeners.back().socket_mode = *value;
            return value.has_value();
          }};
}

value_kind rights() {
  return {"publish read admin", [](settings& to, std::string_view text) {
            rest_rights chosen;
            const auto words = separated(text);
            for (const auto word : words) {
              if (word == "publish")
                chosen.publish = true;
              else if (word == "read")
                chosen.read = true;
              else if (word == "admin")
                chosen.admin = true;
              else
                return false;
            }
            to.secrets.back().rights = chosen;
            return !words.empty();
          }};
}

template <class Place>
value_kind app_name(Place place) {
  return {"the NAME of a section [app.NAME]",
          [=](settings& to, std::string_view text) {
            place(to) = text;
            return !has_control_bytes(text);
          }};
}

template <class Place>
value_kind name_prefix(Place place) {
  return {"up to 64 letters, digits and _ - = @ , . ; or nothing",
          [=](settings& to, std::string_view text) {
            place(to) = text;
            return is_channel_prefix(text);
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
     number(at(in, &group::port), 0, 65535),
     "TCP port; 0: any free port.",
     {},
     true},
    {"server", "homes", "0", number(at(in, &group::homes), 0, 1024),
     "I/O threads; 0: one a core."},
    {"server", "pid_file", "", path(at(in, &group::pid_file)),
     "Locked while the server runs, holds its process id; empty: none."},
    {"server", "demo", "off", on_or_off(at(in, &group::demo)),
     "Serve a demonstration page at /; leave it off in production."},
    {"server", "heartbeat", "25s", duration(at(in, &group::heartbeat), 1s, 1h),
     "Time between two heartbeats of a connection."},
    {"server", "pong_timeout", "10s",
     duration(at(in, &group::pong_timeout), 1ms, 1h),
     "A WebSocket that answers no ping for so long is closed (3012)."},
    {"server", "drain", "10s", duration(at(in, &group::drain), 0ms, 1h),
     "At shutdown clients are closed spread over this time."},
    {"server", "tls_certificate", "",
     path(within(at(in, &group::tls), &tls_settings::certificate)),
     "PEM file of the certificate and its chain; empty: no TLS."},
    {"server", "tls_key", "",
     path(within(at(in, &group::tls), &tls_settings::key)),
     "PEM file of the certificate's private key."},
    {"server", "proxy_protocol", "off",
     on_or_off(at(in, &group::proxy_protocol)),
     "Each connection begins with a PROXY header (version 1 or 2)."},
    {"server", "trusted_proxies", "", networks(),
     "Whose PROXY header or X-Forwarded-For tells a client's address."},
    {"server", "compression", "off", on_or_off(at(in, &group::compression)),
     "Let WebSocket clients negotiate permessage-deflate: see "
     "[namespace.NAME]."},
  };
}

std::vector<row> listener_rows() {
  const auto in = &settings::listeners;
  using group = listener_settings;
  return {
    {"listener", "listen", std::nullopt, listener_address(),
     "A further address for clients and the REST API; must be set.",
     "127.0.0.1:8443"},
    {"listener", "socket_mode", "0660", socket_mode(),
     "Who may connect to a Unix socket."},
    {"listener", "tls_certificate", "",
     path(within(last(in, &group::tls), &tls_settings::certificate)),
     "PEM file of the certificate and its chain; empty: no TLS."},
    {"listener", "tls_key", "",
     path(within(last(in, &group::tls), &tls_settings::key)),
     "PEM file of the certificate's private key."},
    {"listener", "proxy_protocol", "off",
     on_or_off(last(in, &group::proxy_protocol)),
     "Each connection begins with a PROXY header (version 1 or 2)."},
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
     duration(at(in, &group::disconnect_delay), 100ms, 1h),
     "A client that polls may stay away for so long between two requests."},
    {"sockjs", "response_limit", "128KiB",
     size(at(in, &group::response_limit), 1, gib),
     "A streamed answer ends after so much; the client asks again."},
    {"sockjs", "cookie", "on", on_or_off(at(in, &group::cookie)),
     "Set a JSESSIONID cookie, for load balancers that go by it."},
  };
}

std::vector<row> app_rows() {
  const auto in = &settings::apps;
  using group = app_settings;
  const auto token = last(in, &group::token);
  return {
    {"app", "key", std::nullopt, app_key(),
     "Public key: part of the URLs of the REST API, sent in CONNECT.", "public",
     true},
    {"app", "secret", std::nullopt, rest_secret(last(in, &group::secret)),
     "Secret of the REST API (X-Thunder-Secret-Key). Change it.", "secret",
     true, true},
    {"app", "secret_file", std::nullopt, path_of("secret"),
     "Instead of secret: a file whose trimmed content is the secret.",
     "/etc/thunderpush/main.secret"},
    {"app", "auth", "open",
     one_of(
       last(in, &group::auth),
       std::array{named_value<identity_proof>{"open", identity_proof::none},
                  named_value<identity_proof>{"token", identity_proof::token}}),
     "open: a client says who its user is; token: it shows a signed token."},
    {"app", "token_algorithm", "HS256",
     one_of(within(token, &token_settings::algorithm),
            std::array{
              named_value<token_algorithm>{"HS256", token_algorithm::hs256},
              named_value<token_algorithm>{"RS256", token_algorithm::rs256},
              named_value<token_algorithm>{"ES256", token_algorithm::es256}}),
     "How tokens (JWT) are signed; no other algorithm is accepted."},
    {"app",
     "token_key",
     std::nullopt,
     token_key(within(token, &token_settings::key)),
     "Secret of HS256, 32 bytes or more. Not the secret of the REST API.",
     {},
     false,
     true},
    {"app", "token_key_file", std::nullopt, path_of("token key"),
     "Instead of token_key: a file; for RS256 and ES256 a public key in PEM.",
     "/etc/thunderpush/main.pem"},
    {"app",
     "previous_token_key",
     std::nullopt,
     token_key(within(token, &token_settings::previous_key)),
     "Is accepted as well, while keys are changed.",
     {},
     false,
     true},
    {"app", "previous_token_key_file", std::nullopt, path_of("token key"),
     "Instead of previous_token_key: a file.",
     "/etc/thunderpush/main.previous.pem"},
    {"app", "token_audience", "",
     printable(within(token, &token_settings::audience),
               "a text without control characters"),
     "What aud of a token must name; empty: anything."},
    {"app", "private_prefix", "private-",
     name_prefix(last(in, &group::private_prefix)),
     "With token_key: channels that begin so need a token; empty: none do."},
    {"app", "allowed_origins", "*", origins(),
     "Pages that may connect, by their origin."},
    {"app", "connections", "0",
     number(last(in, &group::connections), 0, 1'000'000'000),
     "Connections of this app; 0: unlimited."},
    {"app", "publish_rate", "0",
     number(last(in, &group::publish_rate), 0, 1'000'000'000),
     "Messages a second over the REST API; more is answered 429; 0: "
     "unlimited."},
  };
}

std::vector<row> secret_rows() {
  const auto in = &settings::secrets;
  using group = secret_settings;
  return {
    {"secret", "app", std::nullopt, app_name(last(in, &group::app)),
     "App whose further secret this is; must be set.", "main"},
    {"secret",
     "secret",
     std::nullopt,
     rest_secret(last(in, &group::secret)),
     "Secret of the REST API (X-Thunder-Secret-Key).",
     {},
     false,
     true},
    {"secret", "secret_file", std::nullopt, path_of("secret"),
     "Instead of secret: a file whose trimmed content is the secret.",
     "/etc/thunderpush/main.reader.secret"},
    {"secret", "rights", std::nullopt, rights(),
     "publish: send; read: ask who is online; admin: disconnect users.",
     "read"},
  };
}

std::vector<row> namespace_rows() {
  const auto in = &settings::namespaces;
  using group = namespace_settings;
  return {
    {"namespace", "prefix", std::nullopt, name_prefix(last(in, &group::prefix)),
     "Channels that begin so; the longest prefix counts; must be set.",
     "news-"},
    {"namespace", "app", "", app_name(last(in, &group::app)),
     "Of this app alone; empty: of all."},
    {"namespace", "subscribe", "all",
     one_of(last(in, &group::needs_token),
            std::array{named_value<bool>{"all", false},
                       named_value<bool>{"token", true}}),
     "token: only clients whose token names the channel."},
    {"namespace", "presence", "on", on_or_off(last(in, &group::presence)),
     "Whether the REST API lists who is subscribed; off: 403."},
    {"namespace", "message_bytes", "0",
     size(last(in, &group::message_bytes), 0, gib),
     "Size of one message; more is answered 413; 0: limits.body_bytes."},
    {"namespace", "slow_policy", "disconnect",
     one_of(last(in, &group::slow),
            std::array{
              named_value<slow_policy>{"disconnect", slow_policy::disconnect},
              named_value<slow_policy>{"drop_oldest", slow_policy::drop_oldest},
              named_value<slow_policy>{"latest", slow_policy::latest}}),
     "Who does not keep up is closed, misses the oldest, or gets the newest."},
    {"namespace", "compression", "off",
     on_or_off(last(in, &group::compression)),
     "Compress its messages for clients that negotiated it."},
  };
}

std::vector<row> admin_rows() {
  const auto in = &settings::admin;
  using group = admin_settings;
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
    {"admin", "tls_certificate", "",
     path(within(at(in, &group::tls), &tls_settings::certificate)),
     "PEM file of the certificate and its chain; empty: no TLS."},
    {"admin", "tls_key", "",
     path(within(at(in, &group::tls), &tls_settings::key)),
     "PEM file of the certificate's private key."},
    {"admin", "tls_client_ca", "",
     path(within(at(in, &group::tls), &tls_settings::client_ca)),
     "PEM file: operators must show a certificate that one of these signed."},
  };
}

std::vector<row> memory_limit_rows() {
  const auto in = &settings::limits;
  using group = limit_settings;
  return {
    {"limits", "connections", "0",
     number(at(in, &group::connections), 0, 1'000'000'000),
     "Connections of the whole server; 0: unlimited."},
    {"limits", "connections_per_address", "0",
     number(at(in, &group::connections_per_address), 0, 1'000'000'000),
     "Connections from one address; 0: unlimited."},
    {"limits", "channels_per_connection", "1024",
     number(at(in, &group::channels_per_connection), 1, 1'000'000),
     "Channels one connection may subscribe to."},
    {"limits", "user_id_bytes", "16KiB",
     size(at(in, &group::user_id_bytes), 1, kib * kib), "Length of a user id."},
    {"limits", "message_bytes", "64KiB",
     size(at(in, &group::message_bytes), 1, gib),
     "Size of one message from a client."},
    {"limits", "body_bytes", "1MiB", size(at(in, &group::body_bytes), 1, gib),
     "Size of one request body of the REST API; more is answered 413."},
    {"limits", "header_bytes", "8KiB",
     size(at(in, &group::header_bytes), 256, kib * kib),
     "Size of one HTTP request header."},
    {"limits", "header_fields", "100",
     number(at(in, &group::header_fields), 1, 10'000),
     "Fields in one HTTP request header."},
    {"limits", "queue_bytes", "1MiB", size(at(in, &group::queue_bytes), 1, gib),
     "Bytes that may wait for one connection; more closes it (3008)."},
    {"limits", "channel_backlog_bytes", "512KiB",
     size(at(in, &group::channel_backlog_bytes), 1, gib),
     "Bytes one channel may have under way; more is answered 429."},
    {"limits", "json_depth", "512",
     number(at(in, &group::json_depth), 1, 100'000),
     "Levels of nesting in a JSON body."},
    {"limits", "memory_budget", "0",
     size(at(in, &group::memory_budget), 0, 1024 * gib),
     "Bytes that may wait for all clients; 0: a quarter of the memory."},
    {"limits", "message_rate", "1000",
     number(at(in, &group::message_rate), 0, 1'000'000'000),
     "Messages a second from one client; more has to wait; 0: unlimited."},
    {"limits", "request_rate_per_address", "0",
     number(at(in, &group::request_rate_per_address), 0, 1'000'000'000),
     "HTTP requests a second from one address; more is 429; 0: unlimited."},
  };
}

std::vector<row> time_limit_rows() {
  const auto in = &settings::limits;
  using group = limit_settings;
  return {
    {"limits", "header_timeout", "10s",
     duration(at(in, &group::header_timeout), 1ms, 1h),
     "Time for a whole HTTP request header to arrive."},
    {"limits", "body_timeout", "30s",
     duration(at(in, &group::body_timeout), 1ms, 1h),
     "Time for a whole HTTP request body to arrive."},
    {"limits", "keep_alive_timeout", "60s",
     duration(at(in, &group::keep_alive_timeout), 1ms, 1h),
     "Time a connection may idle between two HTTP requests."},
    {"limits", "write_timeout", "10s",
     duration(at(in, &group::write_timeout), 1ms, 1h),
     "Time a write may make no progress."},
    {"limits", "tls_handshake_timeout", "5s",
     duration(at(in, &group::tls_handshake_timeout), 1ms, 1h),
     "Time for a TLS handshake and a PROXY header."},
    {"limits", "queue_age", "10s", duration(at(in, &group::queue_age), 1ms, 1h),
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
    {"log", "file", "", path(at(in, &group::file)),
     "Where the log goes; empty: standard error. SIGUSR1 opens it anew."},
  };
}

std::vector<option> make_table() {
  std::vector<option> result;
  for (auto& rows : {server_rows(), listener_rows(), sockjs_rows(), app_rows(),
                     secret_rows(), namespace_rows(), admin_rows(),
                     memory_limit_rows(), time_limit_rows(), log_rows()}) {
    for (const auto& one : rows) {
      result.push_back({one.section, one.key, one.default_text, one.help,
                        one.kind.allowed, one.kind.assign, one.kind.reason,
                        one.example, one.essential, one.confidential});
    }
  }
  return result;
}

std::string did_you_mean(const std::optional<std::string>& guess) {
  return guess ? "; did you mean " + *guess + "?" : std::string{};
}

std::string quoted(std::string_view text) {
  return '"' + loggable(text) + '"';
}

} // namespace

void add_section(settings& to, std::string_view section) {
  const auto kind = table_section(section);
  std::string name{section_name(section)};
  if (kind == "listener")
    to.listeners.push_back({.name = std::move(name), .host = {}});
  else if (kind == "app")
    to.apps.push_back({.name = std::move(name), .key = {}, .secret = {}});
  else if (kind == "secret")
    to.secrets.push_back({.name = std::move(name), .app = {}, .secret = {}});
  else if (kind == "namespace")
    to.namespaces.push_back({.name = std::move(name), .app = {}, .prefix = {}});
}

settings scratch_settings() {
  settings scratch;
  for (const auto& kind : section_kinds())
    add_section(scratch, example_section(kind.word));
  return scratch;
}

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
  constexpr std::array pairs{
    std::pair{"secret"sv, "secret_file"sv},
    std::pair{"token"sv, "token_file"sv},
    std::pair{"token_key"sv, "token_key_file"sv},
    std::pair{"previous_token_key"sv, "previous_token_key_file"sv}};
  for (const auto& [value, file] : pairs) {
    if (key == value)
      return file;
    if (key == file)
      return value;
  }
  return {};
}

bool is_section(std::string_view section) {
  if (!section_name(section).empty())
    return true;
  const auto table = option_table();
  return section_kind_of(section) == nullptr
         && std::any_of(
           table.begin(), table.end(),
           [section](const option& one) { return one.section == section; });
}

std::string unknown_section(std::string_view section) {
  const auto* kind = section_kind_of(section.substr(0, section.find('.')));
  if (kind != nullptr) {
    return "section [" + loggable(section) + "] does not name "
           + std::string{kind->article} + " " + std::string{kind->word}
           + ": write [" + documented_section(kind->word) + "], such as ["
           + example_section(kind->word)
           + "], with letters, digits, _ and - only";
  }
  std::vector<std::string> candidates;
  std::string all;
  for (const auto& one : option_table()) {
    auto name = example_section(one.section);
    if (!candidates.empty() && candidates.back() == name)
      continue;
    candidates.push_back(std::move(name));
    all += (all.empty() ? "[" : ", [") + documented_section(one.section) + "]";
  }
  auto guess = closest(section, candidates);
  return "unknown section [" + loggable(section) + "]"
         + (guess ? "; did you mean [" + *guess + "]?" : "; there are " + all);
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
    return what + "; it belongs to [" + documented_section(elsewhere->section)
           + "]";
  }
  return what + did_you_mean(closest(key, candidates));
}

std::optional<std::string> complaint(const option& which,
                                     std::string_view value) {
  auto scratch = scratch_settings();
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
