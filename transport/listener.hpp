#pragma once

#include "actors/home.hpp"
#include "actors/reactor.hpp"
#include "actors/timer_wheel.hpp"
#include "transport/http/connection.hpp"
#include "transport/http/mount.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace thunderpush {

/// Accepts the clients of one address and hands them to homes in turn. Its own
/// work is done on the first of them.
class listener final : private reactor::watcher, private timer {
public:
  /// At least one branch; what they refer to outlives it.
  explicit listener(std::vector<site_branch> branches);
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// Binds and listens. `host` is a name or an address; empty: all interfaces,
  /// IPv6 and IPv4. Before the homes run. Throws `boost::system::system_error`.
  void open(const std::string& host, std::uint16_t port);

  /// Takes over a socket that listens already, as systemd hands them on.
  /// Before the homes run. Throws `boost::system::system_error` if it is none.
  void adopt(int socket);

  /// Address and port, as in a URL.
  const std::string& address() const noexcept { return address_; }

  /// Begins to accept. Any thread.
  void start();

  /// Accepts nobody any more. Any thread; returns at once.
  void stop();

private:
  void ready(reactor::readiness what) override;
  void dismissed() override {}
  void expired() override;

  void accept_batch();
  bool accept_one();
  void hand_to_home(int client);
  bool refuse_one();
  void warn();

  home& own_home() const noexcept { return *branches_.front().where; }

  const std::vector<site_branch> branches_;
  std::string address_;
  reactor::handle handle_;
  home::clock::time_point next_warning_; // not before
  std::size_t next_ = 0;                 // whose turn it is
  int socket_ = -1;
  int reserve_ = -1; // a descriptor to refuse clients with
};

} // namespace thunderpush
