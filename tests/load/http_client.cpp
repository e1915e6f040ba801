#include "tests/load/http_client.hpp"

#include "tests/load/socket.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace thunderpush::load {

http_client::http_client(event_loop& loop, const endpoint& server,
                         std::uint64_t source)
  : loop_(loop), server_(server), source_(source) {}

void http_client::send(std::string request, answer_handler on_answer) {
  unsent_ = std::move(request);
  on_answer_ = std::move(on_answer);
  if (socket_)
    flush();
  else
    connect();
}

void http_client::close() {
  registration_.cancel();
  socket_.close();
  received_.clear();
}

void http_client::abandon() {
  on_answer_ = nullptr;
  failure_.cancel();
  connecting_ = false;
  close();
}

void http_client::connect() {
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

void http_client::on_ready(std::uint32_t events) {
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

void http_client::flush() {
  send_some(socket_, unsent_);
  registration_.expect(unsent_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void http_client::receive() {
  const auto buffer = loop_.receive_buffer();
  const auto count = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (count < 0) {
    fail("connection lost: "
         + std::error_code{errno, std::system_category()}.message());
    return;
  }
  if (count == 0) {
    fail("the server closed the connection before it answered");
    return;
  }
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  const auto response = parse_response(received_);
  if (!response)
    return;
  if (response->keep_alive)
    received_.erase(0, response->size);
  else
    close();
  if (on_answer_)
    finish(*response);
}

void http_client::fail(std::string reason) {
  close();
  // An idle connection may be closed by the server at any time.
  if (on_answer_)
    finish({0, std::move(reason), false, 0});
}

void http_client::finish(const http_response& response) {
  const auto handler = std::exchange(on_answer_, nullptr);
  handler(response);
}

} // namespace thunderpush::load
