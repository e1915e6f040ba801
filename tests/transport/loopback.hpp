#pragma once

#include "tests/transport/peer.hpp"
#include "transport/client_stream.hpp"
#include "transport/listening_socket.hpp"

#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>

namespace thunderpush {

/// Accepts peers, one when told to.
class loopback_port {
public:
  /// Peers may be accepted before they have said something.
  loopback_port() {
    const int no_time = 0;
    ::setsockopt(socket_.descriptor(), IPPROTO_TCP, TCP_DEFER_ACCEPT, &no_time,
                 sizeof no_time);
  }

  std::uint16_t number() const {
    const auto& address = socket_.address();
    return static_cast<std::uint16_t>(
      std::stoul(address.substr(address.rfind(':') + 1)));
  }

  /// The server's socket of the connection that a peer has made. The kernel's
  /// send buffer takes about that many bytes if it is not 0.
  int accept(int send_buffer = 0) const {
    pollfd ready{.fd = socket_.descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&ready, 1, 10'000);
    const int made = ::accept4(socket_.descriptor(), nullptr, nullptr,
                               SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (send_buffer > 0)
      ::setsockopt(made, SOL_SOCKET, SO_SNDBUF, &send_buffer,
                   sizeof send_buffer);
    return made;
  }

private:
  listening_socket socket_ = listening_socket::at_port("127.0.0.1", 0);
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
  client_stream server;

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
