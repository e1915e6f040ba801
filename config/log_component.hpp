#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace thunderpush {

/// The parts of the server that log, as their lines name them, in alphabetical
/// order. `log` is the log itself. A test fails over one that is missing.
inline constexpr std::array<std::string_view, 11> log_components{
  "actors",   "admin", "config", "connection", "home",     "http",
  "listener", "log",   "server", "sockjs",     "websocket"};

/// Its place among them; their number for any other name.
constexpr std::size_t component_index(std::string_view name) {
  std::size_t index = 0;
  while (index < log_components.size() && log_components[index] != name)
    ++index;
  return index;
}

} // namespace thunderpush
