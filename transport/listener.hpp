#pragma once

#include "actors/home.hpp"
#include "transport/http/connection.hpp"
#include "transport/http/mount.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace thunderpush {

/// Accepts the clients of one address and hands them to homes in turn. Its own
/// work is done on the first of them.
class listener {
public:
  /// `branches` and `settings` outlive it; at least one branch.
  listener(std::vector<site_branch> branches, const http_settings& settings);
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// Binds and listens. `host` is a name or an address; empty: all interfaces,
  /// IPv6 and IPv4. Before the homes run. Throws `boost::system::system_error`.
  void open(const std::string& host, std::uint16_t port);

  /// Address and port, as in a URL.
  std::string address() const;

  /// Begins to accept. Any thread.
  void start();

  /// Accepts nobody any more. Any thread; returns at once.
  void stop();

private:
  void accept_when_ready();
  void accept_batch();
  bool accept_one(boost::system::error_code& error);
  void refuse_one();
  void rest();

  using tcp = boost::asio::ip::tcp;

  const std::vector<site_branch> branches_;
  const http_settings& settings_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer rest_timer_;
  std::chrono::milliseconds rest_time_{0};
  std::size_t next_ = 0; // whose turn it is
  int reserve_ = -1;     // a descriptor to refuse clients with
};

} // namespace thunderpush
