#include "transport/http/connection.hpp"

#include "config/log.hpp"

#include <utility>

namespace thunderpush {

namespace {

using namespace std::chrono_literals;

// How long a client that was refused may go on sending: closed at once, the
// kernel would reset the connection and the answer with it.
constexpr auto linger_time = 2s;

// The value of the Date field, made anew each second.
std::string_view current_date() {
  using namespace std::chrono;
  thread_local sys_seconds when{};
  thread_local std::string text;
  const auto now = floor<seconds>(system_clock::now());
  if (now != when) {
    when = now;
    text = http_date(now);
  }
  return text;
}

} // namespace

http_connection::http_connection(thunderpush::home& where, tcp_stream stream,
                                 const site& offer,
                                 const http_settings& settings)
  : home_(where),
    stream_(std::move(stream)),
    site_(offer),
    settings_(settings),
    reader_(settings.requests) {}

void http_connection::start() {
  // A new client has said nothing yet: its first request is due.
  home_.timers().start(*this, settings_.header_timeout);
  deadline_for_ = read_state::header;
  wait_readable();
}

// -- reading -----------------------------------------------------------------

void http_connection::wait_readable() {
  stream_.when_readable(
    [self = shared_from_this()](const boost::system::error_code& stopped) {
      if (!stopped)
        self->readable();
    });
}

void http_connection::readable() {
  const auto buffer = receive_buffer();
  const auto got = stream_.read(buffer);
  if (got.what == tcp_stream::outcome::would_block) {
    wait_readable();
  } else if (got.what == tcp_stream::outcome::lost) {
    close();
  } else if (phase_ == phase::lingering) {
    wait_readable();
  } else {
    take(buffer.first(got.bytes));
  }
}

void http_connection::take(std::span<const char> bytes) {
  reader_.feed(bytes);
  proceed();
}

// Goes as far as it can: answers given within `serve` come back here through
// the loop, not through the stack.
void http_connection::proceed() {
  if (proceeding_)
    return;
  proceeding_ = true;
  while (phase_ == phase::reading) {
    const auto state = reader_.state();
    if (state == read_state::complete) {
      serve();
    } else if (state == read_state::error) {
      refuse(reader_.error().status, reader_.error().reason);
    } else if (state == read_state::expect_continue) {
      // A few bytes on a socket whose buffer is empty: they are taken.
      stream_.write("HTTP/1.1 100 Continue\r\n\r\n");
      reader_.continue_sent();
    } else {
      set_deadline(state);
      wait_readable();
      break;
    }
  }
  proceeding_ = false;
}

void http_connection::set_deadline(read_state state) {
  if (state == deadline_for_)
    return;
  // What a client that has just connected is given for its first request also
  // covers the time until it begins.
  if (state == read_state::idle && deadline_for_ == read_state::header)
    return;
  deadline_for_ = state;
  const auto after = state == read_state::idle   ? settings_.keep_alive_timeout
                     : state == read_state::body ? settings_.body_timeout
                                                 : settings_.header_timeout;
  home_.timers().start(*this, after);
}

void http_connection::expired() {
  // It must outlive its own end.
  const auto self = shared_from_this();
  if (phase_ == phase::reading && deadline_for_ != read_state::idle
      && reader_.state() != read_state::idle) {
    refuse(408, "The request did not arrive in time.");
  } else {
    close();
  }
}

// -- answering ---------------------------------------------------------------

void http_connection::serve() {
  phase_ = phase::serving;
  cancel();
  deadline_for_ = read_state::complete;
  const auto& request = reader_.request();
  auto* where = site_.find(request.path());
  if (where == nullptr) {
    respond(
      http_response{404, "text/plain; charset=UTF-8", {}, "Not found.\n"});
    return;
  }
  try {
    where->serve(request, shared_from_this());
  } catch (const std::exception& error) {
    log_error("http", std::string{"a request failed: "} + error.what());
    respond(
      http_response{500, "text/plain; charset=UTF-8", {}, "Internal error.\n"});
  }
}

void http_connection::respond(http_response response) {
  if (phase_ != phase::serving)
    return;
  keep_alive_ = reader_.keep_alive();
  const response_writer writer{
    {.http_minor = reader_.http_minor(),
     .keep_alive = keep_alive_,
     .head_method = reader_.request().method == "HEAD",
     .date = current_date()}};
  writer.write(out_, response);
  if (is_logged(log_level::debug)) {
    log_debug("http", loggable(reader_.request().method) + " "
                        + loggable(reader_.request().path()) + ": "
                        + std::to_string(response.status));
  }
  write();
}

void http_connection::refuse(unsigned status, std::string_view reason) {
  keep_alive_ = false;
  if (status == 0) {
    close();
    return;
  }
  const response_writer writer{{.http_minor = reader_.http_minor(),
                                .keep_alive = false,
                                .date = current_date()}};
  writer.write_error(out_, status, reason);
  write();
}

void http_connection::write() {
  phase_ = phase::writing;
  const auto moved = stream_.write(std::string_view{out_}.substr(sent_));
  if (moved.what == tcp_stream::outcome::lost) {
    close();
    return;
  }
  sent_ += moved.bytes;
  if (sent_ == out_.size()) {
    written();
    return;
  }
  if (moved.bytes > 0 || !pending())
    home_.timers().start(*this, settings_.write_timeout);
  stream_.when_writable(
    [self = shared_from_this()](const boost::system::error_code& stopped) {
      if (!stopped)
        self->write();
    });
}

void http_connection::written() {
  cancel();
  // An idle connection owns no buffer.
  out_ = {};
  sent_ = 0;
  if (!keep_alive_) {
    linger();
    return;
  }
  phase_ = phase::reading;
  reader_.next();
  proceed();
}

http_connection::upgraded http_connection::take_over() {
  phase_ = phase::closed;
  cancel();
  if (is_logged(log_level::debug))
    log_debug("http", "GET " + loggable(reader_.request().path()) + ": 101");
  return {std::move(stream_), std::string{reader_.rest()}};
}

// -- the end -----------------------------------------------------------------

void http_connection::linger() {
  phase_ = phase::lingering;
  stream_.shut_down_sending();
  home_.timers().start(*this, linger_time);
  wait_readable();
}

void http_connection::close() {
  phase_ = phase::closed;
  cancel();
  stream_.close();
}

} // namespace thunderpush
