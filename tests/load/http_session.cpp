#include "tests/load/http_session.hpp"

#include "tests/load/sockjs_frame.hpp"
#include "tests/load/sockjs_request.hpp"

namespace thunderpush::load {

http_session::http_session(event_loop& loop, push_session_events& owner,
                           const endpoint& server, session_transport how,
                           std::uint64_t n)
  : loop_(loop),
    owner_(owner),
    server_(server),
    how_(how),
    n_(n),
    receiver_(loop, *this, server, n),
    sender_(loop, server, n),
    body_(how, std::string{sockjs_callback}) {}

void http_session::ask() {
  body_ = sockjs_body{how_, std::string{sockjs_callback}};
  close_code_ = 0;
  heard_in_response_ = false;
  receiver_.send(receive_request(server_, how_, n_));
}

void http_session::send(const std::vector<std::string>& commands) {
  sender_.send(send_request(server_, how_, n_, commands),
               [this](const http_response& answer) { on_send_answer(answer); });
}

void http_session::on_send_answer(const http_response& answer) {
  if (gone_)
    return;
  const bool is_jsonp = how_ == session_transport::jsonp;
  if (is_jsonp ? answer.status == 200 && answer.body == "ok"
               : answer.status == 204 && answer.body.empty())
    owner_.on_commands_taken();
  else if (answer.status == 404)
    forgotten();
  else
    fail("a send request was answered: " + describe(answer));
}

void http_session::fall_silent() {
  silent_ = true;
  if (!receiver_.busy())
    silence_ = loop_.after({}, [this] { owner_.on_silent(); });
}

void http_session::ask_again(bool anew) {
  silent_ = false;
  if (receiver_.busy())
    return;
  if (anew)
    receiver_.abandon();
  ask();
}

void http_session::drop(bool with_reset) {
  gone_ = true;
  silence_.cancel();
  if (with_reset)
    receiver_.reset();
  else
    receiver_.abandon();
  sender_.abandon();
}

void http_session::on_body(std::string_view bytes) {
  body_.append(bytes);
  while (!gone_) {
    const auto frame = body_.next();
    if (!frame)
      break;
    on_frame(*frame);
  }
  if (!gone_ && body_.malformed())
    fail("the body of a response is not what SockJS specifies");
}

void http_session::on_frame(std::string_view text) {
  constexpr std::size_t quoted = 200;
  const auto frame = parse_sockjs_frame(text);
  const bool is_close = frame && frame->what == sockjs_frame::kind::close;
  const bool is_open = frame && frame->what == sockjs_frame::kind::open;
  if (is_open && opened_ && !heard_in_response_) {
    forgotten();
    return;
  }
  heard_in_response_ = true;
  if (!frame || close_code_ != 0 || (closed_ && !is_close)
      || (is_open == opened_ && !is_close)) {
    fail("the server sent an unexpected frame: "
         + std::string{text.substr(0, quoted)});
    return;
  }
  if (is_open) {
    opened_ = true;
    owner_.on_open();
  } else if (is_close) {
    close_code_ = frame->code;
  }
  for (const auto& each : frame->deliveries) {
    // The owner may leave on account of any of them.
    if (!gone_)
      owner_.on_delivery(each);
  }
}

void http_session::on_response_end() {
  ++responses_;
  silent_since_ = loop_.earliest();
  if (!body_.may_end()) {
    fail("a response ended in the middle of a frame, or without one");
  } else if (close_code_ != 0) {
    closed_ = true;
    owner_.on_closed(close_code_);
  } else if (silent_) {
    owner_.on_silent();
  } else {
    ask();
  }
}

void http_session::on_receive_failure(const std::string& reason) {
  fail(reason);
}

void http_session::forgotten() {
  const auto silence = clock::now() - silent_since_;
  drop(false);
  owner_.on_forgotten(silence);
}

void http_session::fail(const std::string& reason) {
  drop(false);
  owner_.on_failure(reason);
}

} // namespace thunderpush::load
