#include "transport/newcomer.hpp"

#include "actors/home.hpp"
#include "config/log.hpp"
#include "transport/http/connection.hpp"
#include "transport/proxy_header.hpp"

#include <string>
#include <utility>
#include <variant>

namespace thunderpush {

newcomer::newcomer(const site_branch& where, tcp_stream stream,
                   newcomer_steps steps)
  : branch_(where),
    stream_(std::move(stream)),
    step_(steps.proxy_header ? step::reading_proxy_header : step::over) {}

void newcomer::start() {
  stream_.attend(branch_.where->sockets(), *this);
  self_ = shared_from_this();
  branch_.where->timers().start(*this, branch_.settings->handshake_timeout);
  if (step_ == step::reading_proxy_header && !is_trusted_proxy()) {
    fail("it is none of server.trusted_proxies");
    end();
  } else {
    stream_.wait_readable();
  }
}

void newcomer::readable() {
  const auto self = shared_from_this(); // it must outlive its own end
  proceed();
}

// Step by step, as far as there is input.
void newcomer::proceed() {
  auto came = tcp_stream::outcome::done;
  while (step_ != step::over && came == tcp_stream::outcome::done) {
    switch (step_) {
    case step::reading_proxy_header:
      came = read_proxy_header();
      break;
    case step::over:
      break;
    }
  }
  if (step_ == step::over)
    return;
  if (came == tcp_stream::outcome::would_block)
    stream_.wait_readable();
  else
    end();
}

// -- the steps ---------------------------------------------------------------

// The operator has said that proxies connect here: without a list all who do
// are taken for one. Who is at the other end of a Unix socket was let in by the
// permissions of its file.
bool newcomer::is_trusted_proxy() const {
  const auto& trusted = branch_.settings->trusted_proxies;
  if (!trusted || trusted->empty())
    return true;
  const auto address = stream_.address();
  return !address || any_contains(*trusted, *address);
}

// It is looked at where it is, and taken once all of it is there.
tcp_stream::outcome newcomer::read_proxy_header() {
  const auto buffer = receive_buffer().first(longest_proxy_header);
  const auto found = stream_.peek(buffer);
  if (found.what == tcp_stream::outcome::would_block)
    return found.what;
  if (found.what == tcp_stream::outcome::lost) {
    fail("it has gone");
    return found.what;
  }
  const auto parsed = parse_proxy_header({buffer.data(), found.bytes});
  if (const auto* error = std::get_if<proxy_header_error>(&parsed)) {
    fail(error->why);
    return tcp_stream::outcome::lost;
  }
  if (const auto* header = std::get_if<proxy_header>(&parsed)) {
    stream_.skip(header->size);
    stream_.tell(header->source);
    begin_http();
    return tcp_stream::outcome::done;
  }
  if (!stream_.has_ended())
    return tcp_stream::outcome::would_block;
  fail("it has gone");
  return tcp_stream::outcome::lost;
}

// -- how it goes on ----------------------------------------------------------

void newcomer::begin_http() {
  step_ = step::over;
  cancel();
  const auto client = std::make_shared<http_connection>(
    *branch_.where, std::move(stream_), *branch_.offer, *branch_.settings);
  self_.reset();
  client->start();
}

// Strangers must not be able to fill the log.
void newcomer::fail(std::string_view why) {
  ++branch_.where->counters().refused_proxy_headers;
  if (!is_logged(log_level::debug, "listener"))
    return;
  const auto peer = stream_.peer();
  log_debug("listener", "no PROXY header from "
                          + (peer ? peer->address : std::string{"a client"})
                          + ": " + std::string{why});
}

void newcomer::expired() {
  const auto self = shared_from_this();
  fail("it took too long");
  end();
}

void newcomer::end() {
  step_ = step::over;
  cancel();
  stream_.close();
  self_.reset();
}

void newcomer::dismissed() {
  step_ = step::over;
  self_.reset();
}

} // namespace thunderpush
