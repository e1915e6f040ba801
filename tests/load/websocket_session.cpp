#include "tests/load/websocket_session.hpp"

#include "tests/load/sockjs_frame.hpp"
#include "tests/load/sockjs_request.hpp"

namespace thunderpush::load {

websocket_session::websocket_session(event_loop& loop,
                                     push_session_events& owner,
                                     const endpoint& server,
                                     session_transport how, std::uint64_t n)
  : owner_(owner),
    server_(server),
    raw_(how == session_transport::raw_websocket),
    n_(n),
    socket_(loop, *this) {}

void websocket_session::open() {
  socket_.connect(server_, n_,
                  raw_ ? "/connect/websocket" : session_path(n_, "websocket"));
}

void websocket_session::send(const std::vector<std::string>& commands) {
  if (raw_)
    for (const auto& command : commands)
      socket_.send_text(command);
  else
    socket_.send_text(to_json_array(commands));
  socket_.send_ping(std::to_string(++fences_));
}

void websocket_session::fall_silent() {
  socket_.stop_reading();
  owner_.on_silent();
}

void websocket_session::ask_again(bool) {}

void websocket_session::drop(bool with_reset) {
  if (with_reset)
    socket_.reset();
  else
    socket_.abandon();
}

void websocket_session::on_open() {
  if (raw_)
    owner_.on_open();
}

void websocket_session::on_text(std::string_view text) {
  if (raw_) {
    on_raw_message(text);
    return;
  }
  const auto frame = parse_sockjs_frame(text);
  const bool is_open_frame = frame && frame->what == sockjs_frame::kind::open;
  if (!frame || is_open_frame == opened_ || close_code_ != 0) {
    fail("an unexpected frame", text);
    return;
  }
  if (is_open_frame) {
    opened_ = true;
    owner_.on_open();
  } else if (frame->what == sockjs_frame::kind::close) {
    close_code_ = frame->code;
  }
  for (const auto& each : frame->deliveries) {
    // The owner may leave on account of any of them.
    if (socket_.connected())
      owner_.on_delivery(each);
  }
}

void websocket_session::on_raw_message(std::string_view text) {
  auto rest = text;
  const auto message = take_delivery(rest);
  if (message && rest.empty())
    owner_.on_delivery(*message);
  else
    fail("an unexpected message", text);
}

void websocket_session::on_pong(std::string_view payload) {
  if (payload == std::to_string(fences_))
    owner_.on_commands_taken();
  else
    fail("a pong for no ping", payload);
}

void websocket_session::fail(std::string_view problem, std::string_view text) {
  constexpr std::size_t quoted = 200;
  socket_.abandon();
  owner_.on_failure("the server sent " + std::string{problem} + ": "
                    + std::string{text.substr(0, quoted)});
}

void websocket_session::on_end(const connection_end& end) {
  const auto code = close_code_ != 0 ? close_code_ : end.code;
  if (code != 0)
    owner_.on_closed(code);
  else
    owner_.on_failure(end.reason);
}

} // namespace thunderpush::load
