#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>

namespace thunderpush {

/// The daemon, as an operator starts it: the program that THUNDERPUSH_BINARY
/// names, with a configuration of its own and on a free port.
class daemon_process {
public:
  /// Returns once the port accepts. Throws `std::runtime_error` if it does not
  /// within a minute. `further` is appended to the configuration.
  explicit daemon_process(const std::string& further = {});
  daemon_process(const daemon_process&) = delete;
  daemon_process& operator=(const daemon_process&) = delete;

  /// Kills it, if `stop` has not been called.
  ~daemon_process();

  std::uint16_t port() const noexcept { return port_; }

  /// Sends SIGTERM, waits, and returns the exit status; -1 if a signal ended
  /// it.
  int stop();

private:
  bool accepts() const;

  std::filesystem::path configuration_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

} // namespace thunderpush
