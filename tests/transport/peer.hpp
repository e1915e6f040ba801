#pragma once

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace thunderpush {

/// The far end of a socket under test, byte by byte: what a stranger sends and
/// gets. Never waits: `step` moves what can be moved.
class peer {
public:
  /// How the server has ended its side of the stream, as seen from here.
  enum class ending : std::uint8_t { none, regular, reset };

  /// Connects to a port of the loopback interface, with a receive buffer of
  /// about that many bytes if it is not 0.
  explicit peer(std::uint16_t port, int receive_buffer = 0)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    REQUIRE(socket_ >= 0);
    if (receive_buffer > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                   sizeof receive_buffer);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(to, sizeof to);
  }

  /// Connects to a Unix socket without a file, `@NAME`.
  explicit peer(std::string_view name)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    REQUIRE(socket_ >= 0);
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    REQUIRE(name.size() < sizeof to.sun_path);
    name.substr(1).copy(to.sun_path + 1, sizeof to.sun_path - 1);
    connect(to, offsetof(sockaddr_un, sun_path) + name.size());
  }

  peer(peer&& from) noexcept
    : socket_(std::exchange(from.socket_, -1)),
      outgoing_(std::move(from.outgoing_)),
      received_(std::move(from.received_)),
      ending_(from.ending_),
      reading_(from.reading_),
      connected_(from.connected_) {}
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;
  peer& operator=(peer&&) = delete;
  ~peer() { closes(); }

  bool connected() const noexcept { return connected_; }

  // What it does.

  void sends(std::string_view bytes) {
    outgoing_.append(bytes);
    write();
  }

  /// Leaves what comes where it is.
  void stops_reading() noexcept { reading_ = false; }

  void reads_on() noexcept { reading_ = true; }

  /// Reads so many bytes at most, though it has stopped reading.
  void reads_a_little(std::size_t bytes) { read(bytes); }

  /// Sends nothing more, and reads on.
  void finishes() const noexcept { ::shutdown(socket_, SHUT_WR); }

  /// Is gone.
  void closes() noexcept {
    if (socket_ >= 0)
      ::close(std::exchange(socket_, -1));
  }

  /// Is gone without a proper end, as if the machine had been switched off and
  /// on again.
  void breaks_off() noexcept {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    closes();
  }

  /// Moves what can be moved. False if nothing could be.
  bool step() {
    const bool wrote = write();
    return (reading_ && read(unlimited)) || wrote;
  }

  // What it has seen.

  const std::string& received() const noexcept { return received_; }

  /// What was received, which is then forgotten.
  std::string take_received() { return std::exchange(received_, {}); }

  ending ended() const noexcept { return ending_; }

  /// Whether the server's kernel has everything that was sent, or never will.
  bool all_sent() const {
    int unacknowledged = 0;
    return socket_ < 0 || ending_ == ending::reset
           || (outgoing_.empty()
               && ::ioctl(socket_, SIOCOUTQ, &unacknowledged) == 0
               && unacknowledged == 0);
  }

private:
  static constexpr std::size_t unlimited = std::size_t{16} << 20;

  // The socket API takes all kinds of addresses as one.
  template <class Address>
  void connect(const Address& to, std::size_t size) {
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to),
                           static_cast<socklen_t>(size))
                 == 0;
  }

  bool write() {
    if (socket_ < 0 || outgoing_.empty())
      return false;
    const auto sent = ::send(socket_, outgoing_.data(), outgoing_.size(),
                             MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    outgoing_.erase(0, static_cast<std::size_t>(sent));
    return true;
  }

  bool read(std::size_t limit) {
    bool progress = false;
    while (socket_ >= 0 && ending_ == ending::none && limit > 0) {
      std::array<char, 4096> part{};
      const auto got = ::recv(socket_, part.data(),
                              std::min(limit, part.size()), MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        break;
      progress = true;
      if (got > 0) {
        received_.append(part.data(), static_cast<std::size_t>(got));
        limit -= static_cast<std::size_t>(got);
      } else {
        ending_ = got == 0 ? ending::regular : ending::reset;
      }
    }
    return progress;
  }

  int socket_;
  std::string outgoing_;
  std::string received_;
  ending ending_ = ending::none;
  bool reading_ = true;
  bool connected_ = false;
};

inline doctest::String toString(peer::ending how) {
  switch (how) {
  case peer::ending::none:
    return "none";
  case peer::ending::regular:
    return "regular";
  case peer::ending::reset:
    break;
  }
  return "reset";
}

} // namespace thunderpush
