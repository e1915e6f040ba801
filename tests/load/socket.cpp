#include "tests/load/socket.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace thunderpush::load {

namespace {

std::error_code last_error() {
  return {errno, std::system_category()};
}

sockaddr_in socket_address(std::uint32_t address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(address);
  result.sin_port = htons(port);
  return result;
}

/// The sockets API wants every address as its generic base.
const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

void set(const descriptor& socket, int level, int option, int value) {
  ::setsockopt(socket.number(), level, option, &value, sizeof value);
}

void enable(const descriptor& socket, int level, int option) {
  set(socket, level, option, 1);
}

} // namespace

connection_attempt start_connection(const endpoint& to, std::uint64_t n,
                                    buffering how) {
  descriptor socket{
    ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket)
    return {{}, last_error()};
  enable(socket, IPPROTO_TCP, TCP_NODELAY);
  // The kernel then chooses the port in connect(), where it may reuse one
  // that another destination has.
  enable(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  if (how == buffering::small) {
    // The peer's kernel makes its buffer as large as some segments.
    set(socket, SOL_SOCKET, SO_RCVBUF, 4096);
    set(socket, IPPROTO_TCP, TCP_MAXSEG, 536);
  }
  const auto from = socket_address(source_address(n), 0);
  if (::bind(socket.number(), generic(from), sizeof from) != 0)
    return {{}, last_error()};
  const auto target = socket_address(to.address, to.port);
  if (::connect(socket.number(), generic(target), sizeof target) != 0
      && errno != EINPROGRESS)
    return {{}, last_error()};
  return {std::move(socket), {}};
}

std::error_code pending_error(const descriptor& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
    return last_error();
  return {error, std::system_category()};
}

void send_some(const descriptor& socket, std::string& bytes) {
  const auto sent
    = ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0)
    bytes.erase(0, static_cast<std::size_t>(sent));
  else if (errno != EAGAIN && errno != EINTR)
    bytes.clear();
}

void finish_sending(const descriptor& socket) {
  ::shutdown(socket.number(), SHUT_WR);
}

void delay_acknowledgements(const descriptor& socket) {
  set(socket, IPPROTO_TCP, TCP_QUICKACK, 0);
}

void close_with_reset(descriptor& socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &at_once,
               sizeof at_once);
  socket.close();
}

} // namespace thunderpush::load
