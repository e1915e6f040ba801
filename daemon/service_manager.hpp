#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// The service manager that may have started the process: systemd, by its
/// protocols (sd_listen_fds(3), sd_notify(3), sd_watchdog_enabled(3)). Without
/// one nothing is handed on and what is told goes nowhere.
class service_manager {
public:
  /// Takes what was handed on. Once, before other threads start.
  service_manager();

  /// Listening sockets of clients and of operators. By their names, `public`
  /// and `admin`; of those without such names the first two.
  std::optional<int> public_socket() const noexcept { return public_socket_; }
  std::optional<int> admin_socket() const noexcept { return admin_socket_; }

  /// How often it wants to hear that all is well; nothing if it does not.
  std::optional<std::chrono::microseconds> watchdog() const noexcept {
    return watchdog_;
  }

  void ready(std::string_view status) const;
  void reloading() const;
  void stopping(std::string_view status) const;
  void alive() const;

private:
  std::optional<int> public_socket_;
  std::optional<int> admin_socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

} // namespace thunderpush
