#include "tests/load/http_client.hpp"

#include <utility>

namespace thunderpush::load {

http_client::http_client(event_loop& loop, const endpoint& server,
                         std::uint64_t source)
  : connection_(loop, *this, server, source) {}

void http_client::send(std::string request, answer_handler on_answer) {
  on_answer_ = std::move(on_answer);
  connection_.send(std::move(request));
}

void http_client::close() {
  connection_.close();
  received_.clear();
}

void http_client::abandon() {
  on_answer_ = nullptr;
  close();
}

void http_client::on_bytes(std::string_view bytes) {
  received_ += bytes;
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

void http_client::on_closed() {
  on_broken("the server closed the connection before it answered");
}

void http_client::on_broken(const std::string& reason) {
  close();
  // An idle connection may be closed by the server at any time.
  if (on_answer_)
    finish({0, reason, false, 0});
}

void http_client::finish(const http_response& response) {
  const auto handler = std::exchange(on_answer_, nullptr);
  handler(response);
}

} // namespace thunderpush::load
