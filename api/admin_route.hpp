#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush {

/// What a request of the admin endpoint asks for: see openapi.json.
enum class admin_operation : std::uint8_t {
  describe,
  list_actors,
  show_actor,
  list_connections,
  list_closed,
  disconnect_connection,
  list_channels,
  reset_channel,
  list_users,
  disconnect_user,
  show_homes,
  show_stats,
  show_config,
  show_log_levels,
  set_log_level,
  reload,
  trace,
  show_metrics,
  show_health,
  show_readiness,
};

/// A request that has a meaning.
struct admin_call {
  admin_operation operation{};
  std::uint64_t id = 0; ///< Where the path has one.
  std::string name;     ///< The same. UTF-8, decoded.
};

/// Why a request has none.
struct admin_route_error {
  bool known_path = false;  ///< But it has not that method.
  std::string_view allowed; ///< Then: its methods. Static storage.
};

/// Reads method and path. An id that is no number, or a name that is no text,
/// makes an unknown path.
std::variant<admin_call, admin_route_error>
parse_admin_route(std::string_view method, std::string_view path);

/// Whether it only looks.
bool is_reading(admin_operation operation) noexcept;

} // namespace thunderpush
