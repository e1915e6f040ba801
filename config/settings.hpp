#pragma once

#include "config/component_levels.hpp"
#include "config/log_level.hpp"
#include "config/sockjs_transport.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace thunderpush {

inline constexpr std::size_t kibibyte = 1024;
inline constexpr std::size_t mebibyte = 1024 * kibibyte;

/// [server]: the public listener and the process.
struct server_settings {
  std::string host = "127.0.0.1"; ///< Empty: all interfaces, IPv4 and IPv6.
  std::uint16_t port = 8080;      ///< 0: any free port.
  std::size_t homes = 0;          ///< I/O threads; 0: one a core.
  std::string pid_file;           ///< Path; empty: none.
  bool demo = false;              ///< Serve the demonstration page at `/`.
  std::chrono::seconds heartbeat{25};
  std::chrono::milliseconds pong_timeout{10'000};
  /// The window over which clients are closed at shutdown.
  std::chrono::milliseconds drain{10'000};

  bool operator==(const server_settings&) const = default;
};

/// [sockjs]: how SockJS clients connect.
struct sockjs_settings {
  sockjs_transports transports = sockjs_transports::all(); ///< On offer.
  /// Of the script in the iframe page: a path or a whole URL.
  std::string script = "/client/sockjs.min.js";
  /// How long a client may stay away between two requests.
  std::chrono::milliseconds disconnect_delay{5'000};
  std::size_t response_limit = 128 * kibibyte; ///< Of a streamed answer.
  bool cookie = true; ///< Set JSESSIONID, and have clients send it.

  bool operator==(const sockjs_settings&) const = default;
};

/// [app.NAME]: one key pair and what belongs to it.
struct app_settings {
  std::string name;
  std::string key;    ///< Public: in URLs and in CONNECT. Decoded.
  std::string secret; ///< Never logged, never printed.

  bool operator==(const app_settings&) const = default;
};

/// [admin]: the listener for operators.
struct admin_settings {
  bool enabled = true;
  std::string host = "127.0.0.1"; ///< Empty: all interfaces.
  std::uint16_t port = 8081;      ///< 0: any free port.
  /// What operators show (RFC 6750); empty: nothing is asked for, on loopback
  /// only. Never logged, never printed.
  std::string token = {};

  bool operator==(const admin_settings&) const = default;
};

/// [limits]: every bound a client or an application server can run into.
struct limit_settings {
  std::size_t connections = 0; ///< Of the process; 0: unlimited.
  std::size_t channels_per_connection = 1024;
  std::size_t user_id_bytes = 16 * kibibyte;
  std::size_t message_bytes = 64 * kibibyte; ///< One message from a client.
  std::size_t body_bytes = mebibyte;         ///< One request of the REST API.
  std::size_t header_bytes = 8 * kibibyte;
  std::size_t header_fields = 100;
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds keep_alive_timeout{60'000};
  std::chrono::milliseconds write_timeout{10'000};
  std::size_t queue_bytes = mebibyte;          ///< Of one connection.
  std::chrono::milliseconds queue_age{10'000}; ///< Of one connection.
  /// Publications a channel may have under way before a publish is answered
  /// 429.
  std::size_t channel_backlog_bytes = 512 * kibibyte;
  std::size_t json_depth = 512;

  bool operator==(const limit_settings&) const = default;
};

enum class log_format { text, json };

/// [log].
struct log_settings {
  log_level level = log_level::info;
  component_levels levels = {}; ///< Of components that differ.
  log_format format = log_format::text;
  std::string file = {}; ///< Path; empty: standard error.

  bool operator==(const log_settings&) const = default;
};

/// Everything the daemon was told. A plain value: read once at the start and
/// handed on by whoever needs a part of it.
struct settings {
  server_settings server;
  sockjs_settings sockjs;
  std::vector<app_settings> apps;
  admin_settings admin;
  limit_settings limits;
  log_settings log;

  bool operator==(const settings&) const = default;
};

} // namespace thunderpush
