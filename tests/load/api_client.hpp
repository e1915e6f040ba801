#pragma once

#include "tests/load/http_client.hpp"

#include <cstdint>
#include <deque>
#include <string>

namespace thunderpush::load {

/// Sends REST requests in order over one connection: the next when the
/// previous was answered. A request that was answered 429 is sent again before
/// anything else, so order holds.
class api_client {
public:
  using answer_handler = http_client::answer_handler;

  /// @param source which source address to use, see source_address
  api_client(event_loop& loop, const endpoint& server, std::uint64_t source);

  /// Queues a request. The handler is called once, with the final answer; it
  /// may queue more.
  void send(std::string request, answer_handler on_answer);

  /// Sends a request and serves events until it is answered. Not from a
  /// callback. Status 0 if the loop's end came first.
  http_response ask(std::string request);

  /// Requests that are not answered yet.
  std::size_t waiting() const { return queue_.size(); }

  /// How many answers were 429.
  std::uint64_t throttled() const { return throttled_; }

  /// Closes the connection; nothing may be waiting.
  void close() { connection_.close(); }

private:
  struct exchange {
    std::string request;
    answer_handler on_answer;
  };

  void send_front();
  void answered(const http_response& response);

  event_loop& loop_;
  http_client connection_;
  std::deque<exchange> queue_;
  event_loop::timer retry_;
  std::uint64_t throttled_ = 0;
};

} // namespace thunderpush::load
