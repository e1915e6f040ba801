#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/push_client.hpp"
#include "tests/load/rest_api.hpp"

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
  /// Connections at a time.
  std::size_t clients = 0;
  /// fanout: messages.
  std::uint64_t publishes = 200;
  /// users: messages for each user.
  std::uint64_t rounds = 1;
  /// churn, soak: how long messages are published.
  std::chrono::seconds duration{0};
  /// churn, soak: requests a second that are aimed at.
  std::uint64_t rate = 0;
  /// churn, soak: connections that publish.
  std::size_t publishers = 4;
  /// churn: where the random generator starts.
  std::uint64_t seed = 1;
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
