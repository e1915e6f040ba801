#include "api/admin_route.hpp"

#include "encoding/percent.hpp"
#include "encoding/utf8.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace thunderpush {

namespace {

// What stands behind the last slash of a pattern that ends with one.
enum class tail : std::uint8_t { none, id, name };

struct entry {
  std::string_view path;
  tail rest;
  std::string_view method;
  admin_operation operation;
  std::string_view allowed; // methods of the path
};

using enum admin_operation;

constexpr std::array entries{
  entry{"/openapi.json", tail::none, "GET", describe, "GET"},
  entry{"/actors", tail::none, "GET", list_actors, "GET"},
  entry{"/actors/", tail::id, "GET", show_actor, "GET"},
  entry{"/connections", tail::none, "GET", list_connections, "GET"},
  entry{"/connections/closed", tail::none, "GET", list_closed, "GET"},
  entry{"/connections/", tail::id, "DELETE", disconnect_connection, "DELETE"},
  entry{"/channels", tail::none, "GET", list_channels, "GET"},
  entry{"/channels/", tail::name, "DELETE", reset_channel, "DELETE"},
  entry{"/users", tail::none, "GET", list_users, "GET"},
  entry{"/users/", tail::name, "DELETE", disconnect_user, "DELETE"},
  entry{"/homes", tail::none, "GET", show_homes, "GET"},
  entry{"/stats", tail::none, "GET", show_stats, "GET"},
  entry{"/config", tail::none, "GET", show_config, "GET"},
  entry{"/log-level", tail::none, "GET", show_log_levels, "GET, PUT"},
  entry{"/log-level", tail::none, "PUT", set_log_level, "GET, PUT"},
  entry{"/reload", tail::none, "POST", reload, "POST"},
  entry{"/trace", tail::none, "GET", trace, "GET"},
  entry{"/metrics", tail::none, "GET", show_metrics, "GET"},
  entry{"/health", tail::none, "GET", show_health, "GET"},
  entry{"/ready", tail::none, "GET", show_readiness, "GET"},
};

// What the path says, if it fits.
std::optional<admin_call> match(const entry& what, std::string_view path) {
  if (what.rest == tail::none)
    return path == what.path ? std::optional{admin_call{what.operation, 0, {}}}
                             : std::nullopt;
  if (!path.starts_with(what.path) || path.size() == what.path.size())
    return std::nullopt;
  const auto rest = path.substr(what.path.size());
  if (what.rest == tail::id) {
    std::uint64_t id = 0;
    const auto* const end = rest.data() + rest.size();
    const auto [stop, error] = std::from_chars(rest.data(), end, id);
    if (error != std::errc{} || stop != end)
      return std::nullopt;
    return admin_call{what.operation, id, {}};
  }
  auto name = decode_path_part(rest);
  if (!name || !is_valid_utf8(*name))
    return std::nullopt;
  return admin_call{what.operation, 0, std::move(*name)};
}

} // namespace

std::variant<admin_call, admin_route_error>
parse_admin_route(std::string_view method, std::string_view path) {
  admin_route_error error;
  for (const auto& each : entries) {
    auto call = match(each, path);
    if (!call)
      continue;
    if (each.method == method)
      return std::move(*call);
    error = {true, each.allowed};
  }
  return error;
}

bool is_reading(admin_operation operation) noexcept {
  for (const auto& each : entries)
    if (each.operation == operation)
      return each.method == "GET";
  return false;
}

} // namespace thunderpush
