#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// The service manager that may have started the process: systemd, by its
/// protocols (sd_listen_fds(3), sd_notify(3), sd_watchdog_enabled(3)). Without
/// one nothing is handed on and what is told goes nowhere.
class service_manager {
public:
  /// Takes what was handed on. Once, before other threads start. `listeners`:
  /// further names that sockets may have.
  explicit service_manager(std::span<const std::string> listeners);

  /// The listening socket of this name: one of those above, `public` for the
  /// clients of [server], or `admin`. The first two that have no such name are
  /// these two.
  std::optional<int> socket(std::string_view name) const;

  /// How often it wants to hear that all is well; nothing if it does not.
  std::optional<std::chrono::microseconds> watchdog() const noexcept {
    return watchdog_;
  }

  void ready(std::string_view status) const;
  void reloading() const;
  void stopping(std::string_view status) const;
  void alive() const;

private:
  std::map<std::string, int, std::less<>> sockets_;
  std::optional<std::chrono::microseconds> watchdog_;
};

} // namespace thunderpush
