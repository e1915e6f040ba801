#include "tests/load/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <limits>
#include <utility>

namespace thunderpush::load {

namespace {

struct scenario_defaults {
  std::string_view name;
  std::size_t clients;
  std::uint64_t rate;
  std::size_t publishers;
  std::chrono::seconds duration;
};

constexpr std::array<scenario_defaults, 8> scenarios{{
  {"fanout", 10'000, 0, 1, std::chrono::seconds{0}},
  {"users", 5'000, 0, 1, std::chrono::seconds{0}},
  {"churn", 2'000, 300, 4, std::chrono::seconds{60}},
  {"mixed", 1'000, 100, 4, std::chrono::seconds{600}},
  {"idle", 5'000, 0, 1, std::chrono::seconds{0}},
  {"soak", 1'000, 1'000, 64, std::chrono::seconds{300}},
  {"watched", 15'000, 5, 1, std::chrono::seconds{80}},
  {"stalled", 2'000, 5'000, 8, std::chrono::seconds{30}},
}};

constexpr std::uint64_t day = 86'400;

/// Characters that mean themselves in a URL, in JSON and in a command.
bool plain(std::string_view text) {
  constexpr std::string_view allowed
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  return !text.empty()
         && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool printable(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f;
  });
}

/// Reads a whole number in the given range into any integer or seconds.
template <class Value>
bool read_number(std::string_view text, std::uint64_t least, std::uint64_t most,
                 Value& value) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number < least || number > most)
    return false;
  value = Value(number);
  return true;
}

/// Takes one option; false if the value is not allowed, nothing if there is no
/// such option.
std::optional<bool> apply(options& out, std::string_view name,
                          std::string_view value) {
  constexpr std::uint64_t many = 1'000'000;
  if (name == "--host") {
    const auto address = parse_loopback(value);
    out.server.address = address.value_or(0);
    return address.has_value();
  }
  if (name == "--port")
    return read_number(value, 1, 65'535, out.server.port);
  if (name == "--key") {
    out.who.key = value;
    return plain(value);
  }
  if (name == "--secret") {
    out.who.secret = value;
    return printable(value);
  }
  if (name == "--transport" && out.scenario == "idle") {
    const auto transport = parse_session_transport(value);
    out.idle_over = transport.value_or(session_transport::xhr);
    return transport.has_value();
  }
  if (name == "--transport") {
    out.how = value == "raw" ? transport::raw : transport::sockjs;
    return value == "raw" || value == "sockjs";
  }
  if (name == "--clients")
    return read_number(value, 1,
                       std::uint64_t{source_addresses} * connections_per_source,
                       out.clients);
  if (name == "--publishes")
    return read_number(value, 1, many, out.publishes);
  if (name == "--rounds")
    return read_number(value, 1, many, out.rounds);
  if (name == "--channels")
    return read_number(value, 1, many, out.channels);
  if (name == "--duration")
    return read_number(value, 1, day, out.duration);
  if (name == "--rate")
    return read_number(value, 1, many, out.rate);
  if (name == "--publishers")
    return read_number(value, 1, 256, out.publishers);
  if (name == "--seed")
    return read_number(value, 0, std::numeric_limits<std::uint64_t>::max(),
                       out.seed);
  if (name == "--admin")
    return read_number(value, 1, 65'535, out.admin_port);
  if (name == "--disconnect-delay")
    return read_number(value, 1, day, out.disconnect_delay);
  if (name == "--ping-timeout")
    return read_number(value, 1, day, out.ping_timeout);
  if (name == "--pid")
    return read_number(value, 1, std::numeric_limits<std::int32_t>::max(),
                       out.pid);
  if (name == "--max-growth")
    return read_number(value, 0, many, out.max_growth);
  if (name == "--grace")
    return read_number(value, 1, day, out.grace);
  if (name == "--timeout")
    return read_number(value, 1, day, out.timeout);
  return std::nullopt;
}

} // namespace

std::variant<options, usage_error>
parse_options(std::span<const std::string_view> arguments) {
  if (arguments.empty())
    return usage_error{"no scenario given"};
  options out;
  out.scenario = arguments.front();
  const auto* const defaults
    = std::find_if(scenarios.begin(), scenarios.end(),
                   [&out](const scenario_defaults& candidate) {
                     return candidate.name == out.scenario;
                   });
  if (defaults == scenarios.end())
    return usage_error{"unknown scenario: " + out.scenario};
  out.clients = defaults->clients;
  out.rate = defaults->rate;
  out.publishers = defaults->publishers;
  out.duration = defaults->duration;
  bool timeout_given = false;
  for (auto rest = arguments.subspan(1); !rest.empty();
       rest = rest.subspan(2)) {
    const auto name = rest[0];
    if (rest.size() < 2)
      return usage_error{"option without value: " + std::string{name}};
    const auto taken = apply(out, name, rest[1]);
    if (!taken)
      return usage_error{"unknown option: " + std::string{name}};
    if (!*taken)
      return usage_error{"value not allowed for " + std::string{name} + ": "
                         + std::string{rest[1]}};
    timeout_given = timeout_given || name == "--timeout";
  }
  if (out.server.port == 0 || out.who.key.empty() || out.who.secret.empty())
    return usage_error{"--port, --key and --secret are required"};
  if ((out.scenario == "soak" || out.scenario == "idle") && !out.pid)
    return usage_error{out.scenario + " needs --pid"};
  if ((out.scenario == "watched" || out.scenario == "stalled")
      && (!out.pid || !out.admin_port))
    return usage_error{out.scenario + " needs --pid and --admin"};
  if (!timeout_given)
    out.timeout += out.duration;
  return out;
}

std::string_view usage() {
  return R"(usage: load_client SCENARIO --port P --key K --secret S [options]

scenarios:
  fanout   one channel, many subscribers, numbered messages one by one
  users    many users, each gets messages of its own
  churn    clients that come, subscribe, unsubscribe and vanish in every way
  mixed    clients on every transport that come, pause, leave and come back
  idle     sessions that wait, with the server's memory watched
  soak     a steady stream of messages, with the server's memory watched
  watched  a fan-out with and without an operator who looks on
  stalled  a tenth of the clients stops reading, with the others' latency
           watched

options (defaults; they differ where several are given:
fanout/users/churn/mixed/idle/soak/watched/stalled):
  --host H         loopback address of the server (127.0.0.1)
  --transport T    sockjs or raw (sockjs); idle: websocket, raw, xhr,
                   xhr_streaming, eventsource, htmlfile or jsonp (xhr)
  --clients N      connections at a time (10000/5000/2000/1000/5000/1000/15000/
                   2000)
  --publishes N    fanout: messages (200)
  --rounds N       users: messages for each (1)
  --channels N     mixed: channels to choose from (50)
  --duration S     seconds of publishing (-/-/60/600/-/300/80/30)
  --rate R         requests a second aimed at (-/-/300/100/-/1000/5/-); stalled:
                   deliveries a second each way (5000)
  --publishers N   connections that publish (-/-/4/4/-/64/1/8)
  --seed N         churn, mixed: start of the random generator (1)
  --pid PID        process of the server; required by idle, soak, watched and
                   stalled; churn and mixed count its descriptors
  --admin PORT     port of the server's admin endpoint, where mixed and idle
                   look for what is left behind; required by watched
                   and stalled
  --disconnect-delay S
                   mixed: the server's sockjs.disconnect_delay (5)
  --ping-timeout S
                   mixed: the server's server.heartbeat and server.pong_timeout
                   together (35)
  --max-growth N   soak: most growth of memory after the first minute, percent
  --grace S        seconds a step of the server may take (5)
  --timeout S      end of the run (120, added to the duration)
)";
}

} // namespace thunderpush::load
