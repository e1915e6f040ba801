#include "tests/load/tcp_connection.hpp"

#include "tests/load/socket.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace thunderpush::load {

tcp_connection::tcp_connection(event_loop& loop, tcp_events& events,
                               const endpoint& server, std::uint64_t source)
  : loop_(loop), events_(events), server_(server), source_(source) {}

void tcp_connection::send(std::string bytes) {
  unsent_ = std::move(bytes);
  if (socket_)
    flush();
  else
    connect();
}

void tcp_connection::close() {
  failure_.cancel();
  registration_.cancel();
  socket_.close();
  unsent_.clear();
  connecting_ = false;
}

void tcp_connection::reset() {
  registration_.cancel();
  if (socket_)
    close_with_reset(socket_);
  close();
}

void tcp_connection::connect() {
  auto attempt = start_connection(server_, source_);
  if (!attempt.socket) {
    failure_ = loop_.after({}, [this, error = attempt.error] {
      events_.on_broken("no connection: " + error.message());
    });
    return;
  }
  connecting_ = true;
  socket_ = std::move(attempt.socket);
  registration_ = loop_.watch(socket_, EPOLLIN | EPOLLOUT, *this);
}

void tcp_connection::on_ready(std::uint32_t events) {
  if (std::exchange(connecting_, false)) {
    if (const auto error = pending_error(socket_)) {
      events_.on_broken("no connection: " + error.message());
      return;
    }
  }
  if ((events & EPOLLOUT) != 0)
    flush();
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
    receive();
}

void tcp_connection::flush() {
  send_some(socket_, unsent_);
  registration_.expect(unsent_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void tcp_connection::receive() {
  const auto buffer = loop_.receive_buffer();
  const auto count = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
  if (count > 0)
    events_.on_bytes({buffer.data(), static_cast<std::size_t>(count)});
  else if (count == 0)
    events_.on_closed();
  else if (errno != EAGAIN && errno != EINTR)
    events_.on_broken(
      "connection lost: "
      + std::error_code{errno, std::system_category()}.message());
}

} // namespace thunderpush::load
