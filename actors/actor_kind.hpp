#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace thunderpush {

/// What an actor is, as operators know it.
enum class actor_kind : std::uint8_t {
  hub,        ///< Fans out to the connections of a home; one a home.
  directory,  ///< Finds channels and sessions by name; one a home.
  inspector,  ///< Answers operators' questions about a home; one a home.
  gateway,    ///< Turns REST calls into messages; one a home.
  admin,      ///< Answers the admin endpoint; one.
  channel,    ///< One channel of one application.
  session,    ///< One user's connections.
  connection, ///< One client.
};

inline constexpr std::array<std::string_view, 8> actor_kind_names{
  "hub",   "directory", "inspector", "gateway",
  "admin", "channel",   "session",   "connection"};

/// The name operators see.
constexpr std::string_view to_string(actor_kind kind) noexcept {
  return actor_kind_names[static_cast<std::size_t>(kind)];
}

/// The kind of that name, if there is one.
constexpr std::optional<actor_kind>
actor_kind_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < actor_kind_names.size(); ++i) {
    if (actor_kind_names[i] == name)
      return static_cast<actor_kind>(i);
  }
  return std::nullopt;
}

} // namespace thunderpush
