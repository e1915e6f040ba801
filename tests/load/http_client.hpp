#pragma once

#include "tests/load/http_response.hpp"
#include "tests/load/tcp_connection.hpp"

#include <functional>
#include <string>

namespace thunderpush::load {

/// One keep-alive connection that carries one request at a time. It connects
/// when it is first needed and again after the server has closed it.
class http_client final : tcp_events {
public:
  using answer_handler = std::function<void(const http_response&)>;

  http_client(event_loop& loop, const endpoint& server, std::uint64_t source);

  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Sends one request; none may be under way. The handler is called once,
  /// never from inside this call, with status 0 if the connection failed. It
  /// may send the next request.
  void send(std::string request, answer_handler on_answer);

  /// Closes the connection; no request may be under way.
  void close();

  /// Closes the connection at once. A request that is under way gets no answer.
  void abandon();

private:
  void on_bytes(std::string_view bytes) override;
  void on_closed() override;
  void on_broken(const std::string& reason) override;
  void finish(const http_response& response);

  tcp_connection connection_;
  std::string received_;
  answer_handler on_answer_;
};

} // namespace thunderpush::load
