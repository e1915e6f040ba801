#pragma once

#include "tests/load/push_session.hpp"
#include "tests/load/websocket_client.hpp"

#include <string_view>

namespace thunderpush::load {

/// A session on a WebSocket. That commands were carried out is known by a ping
/// behind them: the server reads on only then.
class websocket_session final : public push_session, websocket_events {
public:
  websocket_session(event_loop& loop, push_session_events& owner,
                    const endpoint& server, session_transport how,
                    std::uint64_t n);

  void open() override;
  void send(const std::vector<std::string>& commands) override;
  void fall_silent() override;
  void ask_again(bool anew) override;
  void close() override { socket_.send_close(); }
  void drop(bool with_reset) override;
  std::uint64_t responses() const override { return 0; }

private:
  void on_open() override;
  void on_text(std::string_view text) override;
  void on_pong(std::string_view payload) override;
  void on_end(const connection_end& end) override;

  void on_raw_message(std::string_view text);
  void fail(std::string_view problem, std::string_view text);

  push_session_events& owner_;
  endpoint server_;
  bool raw_;
  std::uint64_t n_;
  bool opened_ = false;
  std::uint64_t fences_ = 0;
  std::uint16_t close_code_ = 0;
  websocket_client socket_;
};

} // namespace thunderpush::load
