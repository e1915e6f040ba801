#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/push_client.hpp"
#include "tests/load/rest_api.hpp"
#include "tests/load/session_transport.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <variant>

namespace thunderpush::load {

/// What the command line asks for. Where a scenario has a default of its own,
/// it stands in options.cpp.
struct options {
  std::string scenario;
  endpoint server;
  credentials who;
  transport how = transport::sockjs;
  /// idle: what carries the sessions.
  session_transport idle_over = session_transport::xhr;
  /// Connections at a time.
  std::size_t clients = 0;
  /// fanout: messages.
  std::uint64_t publishes = 200;
  /// users: messages for each user.
  std::uint64_t rounds = 1;
  /// mixed: channels there are to choose from.
  std::size_t channels = 50;
  /// churn, mixed, soak: how long messages are published.
  std::chrono::seconds duration{0};
  /// churn, mixed, soak: requests a second that are aimed at.
  std::uint64_t rate = 0;
  /// churn, mixed, soak: connections that publish.
  std::size_t publishers = 4;
  /// churn, mixed: where the random generator starts.
  std::uint64_t seed = 1;
  /// The port of the server's admin endpoint, on the same address.
  std::optional<std::uint16_t> admin_port;
  /// mixed: for how long the server keeps a session that has no receiver.
  std::chrono::seconds disconnect_delay{5};
  /// mixed: within which time the server closes a WebSocket that has fallen
  /// silent: its heartbeat and its wait for the pong.
  std::chrono::seconds ping_timeout{35};
  /// The server's process on this machine, to look at its memory and its open
  /// descriptors.
  std::optional<pid_t> pid;
  /// soak: the most the server's memory may grow after the first minute, in
  /// percent.
  std::optional<std::uint64_t> max_growth;
  /// How long a step of the server may take before it counts as not done.
  std::chrono::seconds grace{5};
  /// When the whole run ends, however far it is.
  std::chrono::seconds timeout{120};
};

/// Why the command line cannot be followed.
struct usage_error {
  std::string message;
};

/// Reads the arguments after the program's name.
std::variant<options, usage_error>
parse_options(std::span<const std::string_view> arguments);

/// How the program is called.
std::string_view usage();

} // namespace thunderpush::load
