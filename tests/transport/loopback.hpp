#pragma once

#include "tests/transport/peer.hpp"
#include "transport/tcp_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <thread>

namespace thunderpush {

/// Accepts peers, one when told to.
class loopback_port {
public:
  using tcp = boost::asio::ip::tcp;

  loopback_port()
    : acceptor_(io_,
                tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}) {}

  std::uint16_t number() const { return acceptor_.local_endpoint().port(); }

  /// The server's socket of the connection that a peer has made. The kernel's
  /// send buffer takes about that many bytes if it is not 0.
  int accept(int send_buffer = 0) {
    auto made = acceptor_.accept();
    if (send_buffer > 0)
      made.set_option(tcp::socket::send_buffer_size{send_buffer});
    made.non_blocking(true);
    return made.release();
  }

private:
  boost::asio::io_context io_{1};
  tcp::acceptor acceptor_;
};

/// How many bytes the kernel's buffers of a connection take, about; 0: its
/// default.
struct buffer_sizes {
  int send = 0;
  int receive = 0;
};

/// Buffers that fill soon. With much smaller ones a connection takes more than
/// a second for a few kilobytes, as the kernel waits for room.
inline constexpr buffer_sizes small_buffers{.send = 8192, .receive = 16'384};

/// A TCP connection of this process with itself: a stream under test and its
/// peer.
struct loopback {
  explicit loopback(buffer_sizes sizes = {})
    : loopback(loopback_port{}, sizes) {}

  peer client;
  tcp_stream server;

private:
  loopback(loopback_port&& port, buffer_sizes sizes)
    : client(port.number(), sizes.receive), server(port.accept(sizes.send)) {}
};

/// Runs `step` until `condition` holds. False if that takes too long.
template <class Condition, class Step>
bool becomes_true(Condition&& condition, Step&& step) {
  using clock = std::chrono::steady_clock;
  const auto deadline = clock::now() + std::chrono::seconds{30};
  while (!condition()) {
    if (clock::now() > deadline)
      return false;
    if (!step())
      std::this_thread::yield();
  }
  return true;
}

} // namespace thunderpush
