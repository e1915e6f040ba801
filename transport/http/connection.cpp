#include "transport/http/connection.hpp"

#include "config/log.hpp"
#include "transport/http/forwarded.hpp"

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

// Where the thread's next answer is put together: most are taken by the socket
// at once.
std::string& spare_buffer() noexcept {
  thread_local std::string buffer;
  return buffer;
}

constexpr std::size_t most_spare_bytes = std::size_t{16} << 10;

} // namespace

http_connection::http_connection(thunderpush::home& where, client_stream stream,
                                 const site& offer,
                                 const http_settings& settings)
  : home_(where),
    stream_(std::move(stream)),
    site_(offer),
    settings_(settings),
    reader_(settings.requests),
    arrived_(where.memory()) {}

void http_connection::start() {
  stream_.attend(home_.sockets(), *this);
  self_ = shared_from_this();
  // A new client has said nothing yet: its first request is due.
  home_.timers().start(*this, settings_.header_timeout);
  deadline_for_ = read_state::header;
  stream_.wait_readable();
}

// -- reading -----------------------------------------------------------------

void http_connection::readable() {
  const auto self = shared_from_this(); // it must outlive its own end
  receive();
  count_memory();
}

void http_connection::count_memory() noexcept {
  arrived_.set(reader_.memory());
}

void http_connection::receive() {
  const auto buffer = receive_buffer();
  const auto got = stream_.read(buffer);
  if (got.what == client_stream::outcome::would_block) {
    stream_.wait_readable();
  } else if (phase_ == phase::reading
             && got.what == client_stream::outcome::done) {
    take(buffer.first(got.bytes));
  } else if (phase_ == phase::lingering
             && got.what == client_stream::outcome::done) {
    stream_.wait_readable();
  } else if (is_answering() && observer_ == nullptr) {
    // The wait is left over from a request before: this one is answered even
    // if the client has finished its sentence.
    if (got.what == client_stream::outcome::done)
      reader_.feed(buffer.first(got.bytes));
  } else if (is_answering() && got.what == client_stream::outcome::done) {
    reader_.feed(buffer.first(got.bytes));
    stream_.wait_readable();
  } else {
    close();
  }
}

bool http_connection::is_answering() const noexcept {
  return phase_ == phase::serving || phase_ == phase::streaming
         || phase_ == phase::writing;
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
    } else if (state == read_state::body && deadline_for_ != state
               && is_short_of_memory()) {
      refuse(503, "Memory is short. Try again later.");
    } else {
      set_deadline(state);
      stream_.wait_readable();
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
    // One that lingers has been answered, and may be far away.
    if (phase_ != phase::lingering)
      stream_.abandon();
    close();
  }
}

// -- answering ---------------------------------------------------------------

void http_connection::serve() {
  phase_ = phase::serving;
  cancel();
  deadline_for_ = read_state::complete;
  const auto& request = reader_.request();
  http_minor_ = static_cast<std::uint8_t>(reader_.http_minor());
  head_method_ = request.method == "HEAD";
  keep_alive_ = reader_.keep_alive();
  // From here on whoever is to answer keeps it: a request that is forgotten
  // ends its client.
  const auto self = std::exchange(self_, nullptr);
  find_client(request);
  if (!may_ask(request))
    return;
  auto* where = site_.find(request.path());
  if (where == nullptr) {
    respond(
      http_response{404, "text/plain; charset=UTF-8", {}, "Not found.\n"});
    return;
  }
  try {
    where->serve(request, self);
  } catch (const std::exception& error) {
    log_error("http", "a request failed: " + loggable(error.what()));
    respond(
      http_response{500, "text/plain; charset=UTF-8", {}, "Internal error.\n"});
  }
}

// Each request has its own: a proxy sends those of many clients.
void http_connection::find_client(const http_request& request) {
  client_.reset();
  if (!settings_.trusted_proxies || !is_forwarded(request.fields)
      || stream_.is_of_unknown_client())
    return;
  const auto peer = stream_.address();
  const auto found
    = original_client(peer, request.fields, *settings_.trusted_proxies);
  if (found && found != peer)
    client_ = std::make_unique<const ip_address>(*found);
}

std::optional<ip_address> http_connection::address() const {
  return client_ ? *client_ : stream_.address();
}

std::optional<peer_view> http_connection::peer() const {
  auto known = stream_.peer();
  if (known && client_)
    known->address = client_->text();
  return known;
}

// If not, it is told when to come again.
bool http_connection::may_ask(const http_request& request) {
  auto* const door = settings_.door;
  if (door == nullptr)
    return true;
  if (door->counts_requests()
      && door->request(address(), home_.now()) > rate_limit::duration::zero()) {
    ++home_.counters().throttled_requests;
    respond(http_response{429,
                          "text/plain; charset=UTF-8",
                          {{"Retry-After", "1"}},
                          "Too many requests. Try again later.\n"});
    return false;
  }
  if (!request.body.empty() && is_short_of_memory()) {
    respond(http_response{503,
                          "text/plain; charset=UTF-8",
                          {{"Retry-After", "1"}},
                          "Memory is short. Try again later.\n"});
    return false;
  }
  return true;
}

bool http_connection::is_short_of_memory() const noexcept {
  return settings_.door != nullptr && settings_.door->short_of_memory();
}

std::string http_connection::client() const {
  const auto known = peer();
  return known ? known->address : std::string{};
}

void http_connection::respond(http_response response) {
  if (phase_ != phase::serving)
    return;
  if (out_.empty())
    out_.swap(spare_buffer());
  writer().write(out_, response);
  // A client that sent too much behind its request has it forgotten.
  if (!released_ && reader_.state() == read_state::complete)
    log_outcome(std::to_string(response.status));
  finish();
}

// What became of the request that is being served.
void http_connection::log_outcome(std::string_view outcome) const {
  if (!is_logged(log_level::debug, "http"))
    return;
  const auto& request = reader_.request();
  const auto path = request.path();
  const auto* where = site_.find(path);
  log_debug("http", loggable(request.method)
                      .append(" ")
                      .append(where != nullptr ? where->loggable_path(path)
                                               : loggable(path))
                      .append(": ")
                      .append(outcome));
}

void http_connection::refuse(unsigned status, std::string_view reason) {
  keep_alive_ = false;
  if (status == 0) {
    close();
    return;
  }
  http_minor_ = static_cast<std::uint8_t>(reader_.http_minor());
  head_method_ = false;
  writer().write_error(out_, status, reason);
  finish();
}

// Clients of a home that drains are to connect elsewhere.
response_writer http_connection::writer() {
  keep_alive_ = keep_alive_ && !home_.is_draining();
  return response_writer{{.http_minor = http_minor_,
                          .keep_alive = keep_alive_,
                          .head_method = head_method_,
                          .date = current_date()}};
}

void http_connection::hold(response_observer& who) {
  log_outcome("the answer takes its time");
  observer_ = &who;
  self_ = shared_from_this();
  released_ = true;
  reader_.next();
  count_memory();
  stream_.wait_readable();
}

void http_connection::begin(const http_response& head) {
  if (phase_ != phase::serving)
    return;
  phase_ = phase::streaming;
  auto form = writer();
  form.start_stream(out_, head);
  keep_alive_ = form.keep_alive();
}

void http_connection::add(std::string_view part) {
  if (phase_ == phase::streaming)
    writer().append_chunk(out_, part);
}

bool http_connection::send() {
  return phase_ != phase::streaming || out_.empty() || write();
}

void http_connection::end() {
  if (phase_ != phase::streaming)
    return;
  writer().append_last_chunk(out_);
  finish();
}

// The whole answer is in the buffer.
void http_connection::finish() {
  phase_ = phase::writing;
  self_ = shared_from_this();
  if (write()) {
    observer_ = nullptr;
    written();
  }
}

// False if something is left to be written, or the client is lost.
bool http_connection::write() {
  if (blocked_)
    return false;
  const auto moved = stream_.write(std::string_view{out_}.substr(sent_));
  if (moved.what == client_stream::outcome::lost) {
    lose();
    return false;
  }
  sent_ += moved.bytes;
  if (sent_ == out_.size() && stream_.is_flushed()) {
    cancel();
    release_buffer();
    return true;
  }
  if (moved.bytes > 0 || !pending())
    home_.timers().start(*this, settings_.write_timeout);
  blocked_ = true;
  stream_.wait_writable();
  return false;
}

// An idle connection owns no buffer.
void http_connection::release_buffer() noexcept {
  sent_ = 0;
  out_.clear();
  if (out_.capacity() <= most_spare_bytes)
    out_.swap(spare_buffer());
  std::string{}.swap(out_); // not by assignment, which may keep it
}

void http_connection::writable() {
  const auto self = shared_from_this();
  blocked_ = false;
  if (write())
    drained();
}

// What did not fit at once has been written.
void http_connection::drained() {
  auto* who = observer_;
  if (phase_ == phase::writing) {
    observer_ = nullptr;
    written();
  }
  if (who != nullptr)
    who->drained();
}

void http_connection::written() {
  if (!keep_alive_) {
    linger();
    return;
  }
  phase_ = phase::reading;
  if (!std::exchange(released_, false)) {
    reader_.next();
    count_memory();
    proceed();
  } else if (proceeding_ || reader_.state() == read_state::idle) {
    proceed();
  } else {
    // Not within a call of whoever took its time.
    home_.post([self = shared_from_this()] { self->proceed(); });
  }
}

http_connection::upgraded http_connection::take_over() {
  phase_ = phase::closed;
  cancel();
  log_outcome("101");
  self_.reset();
  if (client_)
    stream_.tell(*client_);
  return {std::move(stream_), std::string{reader_.rest()}};
}

void http_connection::move_to(const site_branch& there) {
  auto moved = std::make_shared<http_connection>(*there.where, stream_.detach(),
                                                 *there.offer, *there.settings);
  moved->reader_ = std::move(reader_);
  phase_ = phase::closed;
  cancel();
  self_.reset();
  there.where->post([moved = std::move(moved)] { moved->arrive(); });
}

// With a request from another home.
void http_connection::arrive() {
  stream_.attend(home_.sockets(), *this);
  self_ = shared_from_this();
  count_memory();
  proceed();
}

// -- the end -----------------------------------------------------------------

void http_connection::linger() {
  phase_ = phase::lingering;
  stream_.shut_down_sending();
  home_.timers().start(*this, linger_time);
  stream_.wait_readable();
}

bool http_connection::is_answered() const noexcept {
  return phase_ == phase::reading || phase_ == phase::lingering;
}

void http_connection::let_go() noexcept {
  observer_ = nullptr;
}

void http_connection::abandon() {
  observer_ = nullptr;
  close();
}

// The client turns out to be gone when it is written to.
void http_connection::lose() {
  phase_ = phase::closed;
  cancel();
  stream_.close();
  home_.post([self = shared_from_this()] { self->close(); });
}

void http_connection::close() {
  phase_ = phase::closed;
  cancel();
  stream_.close();
  const auto self = std::exchange(self_, nullptr);
  if (auto* who = std::exchange(observer_, nullptr))
    who->lost();
}

void http_connection::dismissed() {
  phase_ = phase::closed;
  observer_ = nullptr;
  self_.reset();
}

} // namespace thunderpush
