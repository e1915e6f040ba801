#include "transport/newcomer.hpp"

#include "actors/home.hpp"
#include "config/log.hpp"
#include "transport/http/connection.hpp"
#include "transport/http/response_writer.hpp"
#include "transport/proxy_header.hpp"
#include "transport/tls/failure.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace thunderpush {

namespace {

using namespace std::chrono_literals;

// As of an HTTP connection that is refused.
constexpr auto linger_time = 2s;

// Requests begin with a method; a record of a handshake never does (RFC 8446,
// 5.1).
bool begins_request(char first) noexcept {
  return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
}

} // namespace

newcomer::newcomer(const site_branch& where, client_stream stream,
                   newcomer_steps steps)
  : branch_(where),
    stream_(std::move(stream)),
    shows_(std::move(steps.shows)),
    step_(steps.proxy_header ? step::reading_proxy_header : step::looking) {}

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
  auto came = transfer_outcome::done;
  while (step_ != step::over && came == transfer_outcome::done)
    came = take_step();
  if (step_ == step::over)
    return;
  if (came == transfer_outcome::would_block)
    stream_.wait_readable();
  else
    end();
}

transfer_outcome newcomer::take_step() {
  switch (step_) {
  case step::reading_proxy_header:
    return read_proxy_header();
  case step::looking:
    return look();
  case step::shaking_hands:
    return shake_hands();
  case step::lingering:
    return throw_away();
  case step::over:
    break;
  }
  return transfer_outcome::lost;
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
transfer_outcome newcomer::read_proxy_header() {
  const auto buffer = receive_buffer().first(longest_proxy_header);
  const auto found = stream_.peek(buffer);
  if (found.what == transfer_outcome::would_block)
    return found.what;
  if (found.what == transfer_outcome::lost) {
    fail("it has gone");
    return found.what;
  }
  const auto parsed = parse_proxy_header({buffer.data(), found.bytes});
  if (const auto* error = std::get_if<proxy_header_error>(&parsed)) {
    fail(error->why);
    return transfer_outcome::lost;
  }
  if (const auto* header = std::get_if<proxy_header>(&parsed)) {
    stream_.skip(header->size);
    stream_.tell(header->source);
    if (shows_ == nullptr)
      begin_http();
    else
      step_ = step::looking;
    return transfer_outcome::done;
  }
  if (!stream_.has_ended())
    return transfer_outcome::would_block;
  fail("it has gone");
  return transfer_outcome::lost;
}

transfer_outcome newcomer::look() {
  std::array<char, 1> first{};
  const auto came = stream_.peek(first);
  if (came.what != transfer_outcome::done)
    return came.what; // who leaves without a word has not failed
  if (begins_request(first.front())) {
    refuse_plain_text();
  } else {
    stream_.secure(*shows_);
    step_ = step::shaking_hands;
  }
  return transfer_outcome::done;
}

transfer_outcome newcomer::shake_hands() {
  const auto came = stream_.shake_hands();
  if (came.what == transfer_outcome::lost) {
    const auto why = tls::last_failure();
    fail(why.empty() ? "the client has gone" : why);
  } else if (came.what == transfer_outcome::done) {
    begin_http();
  }
  return came.what;
}

transfer_outcome newcomer::throw_away() {
  return stream_.read(receive_buffer()).what;
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

// In the only language that it has shown to know.
void newcomer::refuse_plain_text() {
  fail("plain HTTP");
  std::string answer;
  response_writer{{.keep_alive = false, .date = {}}}.write(
    answer, http_response{400,
                          "text/plain; charset=UTF-8",
                          {},
                          "This port speaks TLS: use https:// (or wss://).\n"});
  // A few bytes on a socket whose buffer is empty: they are taken.
  stream_.write(answer);
  stream_.shut_down_sending();
  step_ = step::lingering;
  branch_.where->timers().start(*this, linger_time);
}

// Strangers must not be able to fill the log.
void newcomer::fail(std::string_view why) {
  const bool is_header = step_ == step::reading_proxy_header;
  auto& counters = branch_.where->counters();
  ++(is_header ? counters.refused_proxy_headers
               : counters.tls_handshake_failures);
  if (!is_logged(log_level::debug, "listener"))
    return;
  const auto peer = stream_.peer();
  log_debug("listener",
            std::string{is_header ? "no PROXY header from " : "no TLS with "}
              + (peer ? peer->address : std::string{"a client"}) + ": "
              + std::string{why});
}

void newcomer::expired() {
  const auto self = shared_from_this();
  if (step_ == step::reading_proxy_header || step_ == step::shaking_hands)
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
