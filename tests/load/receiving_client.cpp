#include "tests/load/receiving_client.hpp"

#include "tests/load/socket.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace thunderpush::load {

receiving_client::receiving_client(event_loop& loop, receiving_events& events,
                                   const endpoint& server, std::uint64_t source)
  : loop_(loop), events_(events), server_(server), source_(source) {}

void receiving_client::send(std::string request) {
  unsent_ = std::move(request);
  busy_ = true;
  reader_ = {};
  if (socket_)
    flush();
  else
    connect();
}

void receiving_client::abandon() {
  failure_.cancel();
  registration_.cancel();
  socket_.close();
  unsent_.clear();
  busy_ = false;
  connecting_ = false;
}

void receiving_client::reset() {
  registration_.cancel();
  if (socket_)
    close_with_reset(socket_);
  abandon();
}

void receiving_client::connect() {
  auto attempt = start_connection(server_, source_);
  if (!attempt.socket) {
    failure_ = loop_.after({}, [this, error = attempt.error] {
      fail("no connection: " + error.message());
    });
    return;
  }
  connecting_ = true;
  socket_ = std::move(attempt.socket);
  registration_ = loop_.watch(socket_, EPOLLIN | EPOLLOUT, *this);
}

void receiving_client::on_ready(std::uint32_t events) {
  if (std::exchange(connecting_, false)) {
    if (const auto error = pending_error(socket_)) {
      fail("no connection: " + error.message());
      return;
    }
  }
  if ((events & EPOLLOUT) != 0)
    flush();
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
    receive();
}

void receiving_client::flush() {
  send_some(socket_, unsent_);
  registration_.expect(unsent_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void receiving_client::receive() {
  const auto buffer = loop_.receive_buffer();
  const auto count = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (count < 0)
    fail("connection lost: "
         + std::error_code{errno, std::system_category()}.message());
  else if (count == 0)
    fail("the server closed the connection in the middle of a response");
  else
    take({buffer.data(), static_cast<std::size_t>(count)});
}

void receiving_client::take(std::string_view bytes) {
  if (!busy_) {
    fail("the server sent something that was not asked for");
    return;
  }
  const auto body = reader_.take(bytes);
  if (reader_.malformed()) {
    constexpr std::size_t quoted = 100;
    fail("the response is malformed, the end of what came last is: "
         + std::string{
           bytes.substr(bytes.size() - std::min(bytes.size(), quoted))});
    return;
  }
  if (reader_.has_head() && reader_.status() != 200) {
    if (reader_.complete())
      fail("status " + std::to_string(reader_.status()));
    return;
  }
  if (!body.empty())
    events_.on_body(body);
  // The owner may have left on account of it.
  if (!busy_ || !reader_.complete())
    return;
  busy_ = false;
  if (!reader_.keep_alive())
    abandon();
  events_.on_response_end();
}

void receiving_client::fail(const std::string& reason) {
  const bool was_busy = busy_;
  abandon();
  // An idle connection may be closed by the server at any time.
  if (was_busy)
    events_.on_receive_failure(reason);
}

} // namespace thunderpush::load
