#pragma once

#include "config/component_levels.hpp"
#include "config/ip_address.hpp"
#include "config/log_level.hpp"
#include "config/origin.hpp"
#include "config/sockjs_transport.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace thunderpush {

inline constexpr std::size_t kibibyte = 1024;
inline constexpr std::size_t mebibyte = 1024 * kibibyte;

/// What a listener shows and asks for over TLS: paths of PEM files.
struct tls_settings {
  std::string certificate; ///< With its chain; empty: no TLS.
  std::string key;         ///< Of the certificate.
  /// Authorities whose clients are admitted; empty: clients need no
  /// certificate.
  std::string client_ca;

  bool enabled() const noexcept { return !certificate.empty(); }

  bool operator==(const tls_settings&) const = default;
};

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
  tls_settings tls{}; ///< Without authorities.
  /// Whether each connection begins with a PROXY header.
  bool proxy_protocol = false;
  /// Whose word on a client's address is taken.
  std::vector<ip_network> trusted_proxies{};
  bool compression = false; ///< Whether clients may have permessage-deflate.

  bool operator==(const server_settings&) const = default;
};

/// [listener.NAME]: a further address for clients and application servers.
struct listener_settings {
  std::string name;
  std::string host; ///< Empty: all interfaces.
  std::uint16_t port = 0;
  std::string path{};          ///< Of a Unix socket, in place of host and port.
  unsigned socket_mode = 0660; ///< Permissions of the Unix socket.
  tls_settings tls{};          ///< Without authorities.
  bool proxy_protocol = false;

  bool operator==(const listener_settings&) const = default;
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

/// How a client proves who its user is.
enum class identity_proof {
  none,  ///< It says so.
  token, ///< A JSON Web Token that the application signed.
};

/// How tokens are signed (RFC 7518, 3.1).
enum class token_algorithm { hs256, rs256, es256 };

/// What the tokens of an application are verified with.
struct token_settings {
  token_algorithm algorithm = token_algorithm::hs256;
  /// The shared secret of HS256, or a public key in PEM; empty: no token is
  /// valid. Never logged, never printed.
  std::string key;
  std::string previous_key; ///< Is accepted as well; may be empty.
  std::string audience;     ///< That `aud` must name; empty: any.

  bool operator==(const token_settings&) const = default;
};

/// [app.NAME]: one key pair and what belongs to it.
struct app_settings {
  std::string name;
  std::string key;    ///< Public: in URLs and in CONNECT. Decoded.
  std::string secret; ///< Has all rights. Never logged, never printed.
  identity_proof auth = identity_proof::none;
  token_settings token{};
  /// Channels that begin so are for those whose token names them.
  std::string private_prefix = "private-";
  origin_list allowed_origins{};
  std::size_t connections = 0;  ///< At most; 0: unlimited.
  std::size_t publish_rate = 0; ///< Messages a second; 0: unlimited.

  bool operator==(const app_settings&) const = default;
};

/// What a secret of the REST API permits.
struct rest_rights {
  bool publish = false; ///< Send to channels and users.
  bool read = false;    ///< Ask who is online.
  bool admin = false;   ///< Disconnect users.

  bool operator==(const rest_rights&) const = default;
};

/// [secret.NAME]: a further secret of an app, with rights of its own.
struct secret_settings {
  std::string name;
  std::string app;    ///< Name of the app.
  std::string secret; ///< Never logged, never printed.
  rest_rights rights{};

  bool operator==(const secret_settings&) const = default;
};

/// What becomes of a client that does not keep up.
enum class slow_policy : std::uint8_t {
  disconnect,  ///< It is closed (3008).
  drop_oldest, ///< It misses the messages that waited longest.
  latest,      ///< It gets the newest message of each channel.
};

/// [namespace.NAME]: what holds for channels whose names begin alike.
struct namespace_settings {
  std::string name;
  std::string app;    ///< Of this app alone; empty: of all.
  std::string prefix; ///< The longest that fits counts.
  /// Whether only those subscribe whose token names the channel.
  bool needs_token = false;
  bool presence = true;          ///< Whether subscribers can be listed.
  std::size_t message_bytes = 0; ///< Of one message; 0: as of any request.
  slow_policy slow = slow_policy::disconnect;
  bool compression = false; ///< For clients that negotiated it.

  bool operator==(const namespace_settings&) const = default;
};

/// [admin]: the listener for operators.
struct admin_settings {
  bool enabled = true;
  std::string host = "127.0.0.1"; ///< Empty: all interfaces.
  std::uint16_t port = 8081;      ///< 0: any free port.
  /// What operators show (RFC 6750); empty: nothing is asked for, on loopback
  /// only. Never logged, never printed.
  std::string token = {};
  tls_settings tls{};

  bool operator==(const admin_settings&) const = default;
};

/// [limits]: every bound a client or an application server can run into.
struct limit_settings {
  std::size_t connections = 0;             ///< Of the process; 0: unlimited.
  std::size_t connections_per_address = 0; ///< 0: unlimited.
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
  /// Of what waits for clients or has arrived in part, of the process; 0: a
  /// quarter of the machine's memory.
  std::size_t memory_budget = 0;
  std::size_t message_rate = 1000; ///< Of one client, a second; 0: unlimited.
  std::size_t request_rate_per_address = 0; ///< A second; 0: unlimited.
  std::chrono::milliseconds tls_handshake_timeout{5'000};

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
  std::vector<listener_settings> listeners;
  sockjs_settings sockjs;
  std::vector<app_settings> apps;
  std::vector<secret_settings> secrets;
  std::vector<namespace_settings> namespaces;
  admin_settings admin;
  limit_settings limits;
  log_settings log;

  bool operator==(const settings&) const = default;
};

} // namespace thunderpush
