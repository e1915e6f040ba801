#pragma once

#include "tests/load/http_client.hpp"
#include "tests/load/push_session.hpp"
#include "tests/load/receiving_client.hpp"
#include "tests/load/sockjs_body.hpp"

#include <string_view>

namespace thunderpush::load {

/// A SockJS session over HTTP: one connection that receives, another that
/// sends. That commands were carried out is known by the answer to the request
/// that sent them.
class http_session final : public push_session, receiving_events {
public:
  http_session(event_loop& loop, push_session_events& owner,
               const endpoint& server, session_transport how, std::uint64_t n);

  void open() override { ask(); }
  void send(const std::vector<std::string>& commands) override;
  void fall_silent() override;
  void ask_again(bool anew) override;
  void close() override {}
  void drop(bool with_reset) override;
  std::uint64_t responses() const override { return responses_; }

private:
  void on_body(std::string_view bytes) override;
  void on_response_end() override;
  void on_receive_failure(const std::string& reason) override;

  void ask();
  void on_frame(std::string_view text);
  void on_send_answer(const http_response& answer);
  void forgotten();
  void fail(const std::string& reason);

  event_loop& loop_;
  push_session_events& owner_;
  endpoint server_;
  session_transport how_;
  std::uint64_t n_;
  receiving_client receiver_;
  http_client sender_;
  sockjs_body body_;
  event_loop::timer silence_;
  bool opened_ = false;
  bool silent_ = false;
  bool gone_ = false;
  /// Of the response that is under way.
  std::uint16_t close_code_ = 0;
  /// There was a frame in the response that is under way.
  bool heard_in_response_ = false;
  /// In a response before this one.
  bool closed_ = false;
  std::uint64_t responses_ = 0;
  /// When the last of them had not ended yet.
  clock::time_point silent_since_;
};

} // namespace thunderpush::load
