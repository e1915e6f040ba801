#include "actors/endpoint.hpp"

#include "actors/home.hpp"
#include "config/log.hpp"

#include <utility>

namespace thunderpush {

namespace {

// One write in so many is looked at for how long its publication has taken.
constexpr std::uint64_t writes_per_sample = 16;

} // namespace

endpoint::endpoint(caf::actor_config& config, thunderpush::home& where,
                   const limit_settings& limits,
                   std::unique_ptr<client_link> link)
  : pinned_actor(config, where, actor_kind::connection),
    limits_(limits),
    link_(std::move(link)),
    out_(link_->frames()) {}

endpoint::~endpoint() = default;

void endpoint::start() {
  ++home().counters().connections_opened;
  enter([this] {
    link_->start(*this);
    if (!closing_)
      opened();
  });
}

void endpoint::resume_link() {
  enter([this] { link_->resume(); });
}

// -- what goes to the client -------------------------------------------------

void endpoint::deliver(const frame_ptr& what) {
  if (closing_)
    return;
  ++home().counters().deliveries;
  if (home().traces().active())
    home().traces().note(*this, {.event = "deliver",
                                 .bytes = what->element().size(),
                                 .payload = what->element()});
  enter([this, &what] { push(what); });
}

void endpoint::send(std::string bytes) {
  push(frame_ptr{new frame{std::move(bytes), home().now()}});
}

void endpoint::push(frame_ptr what) {
  if (link_lost_)
    return;
  const auto before = out_.bytes();
  out_.push(std::move(what));
  home().counters().queued_bytes += out_.bytes() - before;
  if (out_.bytes() > limits_.queue_bytes && !closing_)
    relieve();
  if (!out_.empty())
    home().flush_later(*this);
}

// Only a client whose link takes no more is slow. One that merely waits for
// its turn gets it now. A single frame may be larger than the limit.
void endpoint::relieve() {
  if (!blocked_)
    flush();
  if (blocked_ && out_.bytes() > limits_.queue_bytes
      && out_.frames().size() > 1)
    close_slow();
}

void endpoint::still_blocked() {
  if (!closing_ && !out_.empty()
      && home().now() - out_.oldest() > limits_.queue_age)
    enter([this] { close_slow(); });
}

void endpoint::close_slow() {
  ++home().counters().slow_consumers;
  log_info("connection", "closing a slow consumer: user \"" + loggable(label())
                           + "\", " + std::to_string(out_.bytes())
                           + " bytes queued");
  drop_queue();
  close(close_reasons::slow_consumer);
}

void endpoint::flush() {
  if (!blocked_ && !link_lost_ && !out_.empty())
    enter([this] { write(); });
}

void endpoint::write() {
  const auto bytes = out_.bytes();
  const auto frames = out_.frames().size();
  const auto sample = home().counters().writes % writes_per_sample == 0
                        ? out_.frames().front()
                        : frame_ptr{};
  const auto outcome = link_->flush(out_);
  note_written(bytes - out_.bytes(), frames - out_.frames().size());
  if (sample && sample->is_publication() && frames > out_.frames().size())
    home().delivery_times().add(home().precise_now() - sample->accepted());
  switch (outcome) {
  case client_link::flush_result::drained:
    break;
  case client_link::flush_result::more:
    home().flush_later(*this);
    break;
  case client_link::flush_result::blocked:
    set_blocked(true);
    home().flushes().block(*this);
    break;
  }
}

void endpoint::writable() {
  set_blocked(false);
  home().flushes().unblock(*this);
  flush();
}

void endpoint::note_written(std::size_t bytes, std::size_t frames) {
  if (bytes == 0)
    return;
  bytes_out_ += bytes;
  auto& counters = home().counters();
  ++counters.writes;
  counters.written_bytes += bytes;
  counters.written_messages += frames;
  counters.queued_bytes -= bytes;
}

void endpoint::set_blocked(bool blocked) {
  if (blocked == blocked_)
    return;
  blocked_ = blocked;
  auto& count = home().counters().blocked;
  count = blocked ? count + 1 : count - 1;
}

void endpoint::drop_queue() {
  const auto bytes = out_.bytes();
  const auto frames = out_.frames().size();
  out_.drop_waiting();
  home().counters().queued_bytes -= bytes - out_.bytes();
  dropped_ += static_cast<std::uint32_t>(frames - out_.frames().size());
}

// -- for operators -----------------------------------------------------------

connection_view endpoint::figures() const {
  connection_view seen;
  seen.queued_bytes = out_.bytes();
  seen.queued_messages = out_.frames().size();
  seen.oldest = queue_age();
  seen.dropped = dropped_;
  seen.bytes_in = bytes_in_;
  seen.bytes_out = bytes_out_;
  if (link_ != nullptr) {
    seen.transport = link_->transport();
    seen.peer = link_->peer();
  }
  return seen;
}

std::chrono::milliseconds endpoint::queue_age() const {
  if (out_.empty())
    return std::chrono::milliseconds{0};
  return std::chrono::duration_cast<std::chrono::milliseconds>(home().now()
                                                               - out_.oldest());
}

std::size_t endpoint::heap() const noexcept {
  return out_.capacity() * sizeof(frame_ptr);
}

std::uint64_t endpoint::figure(actor_order by) const {
  switch (by) {
  case actor_order::queued_bytes:
    return out_.bytes();
  case actor_order::queued_messages:
    return out_.frames().size();
  case actor_order::queue_age:
    return out_.empty() ? 0 : rank_by_begin(out_.oldest());
  case actor_order::dropped:
    return dropped_;
  case actor_order::bytes_in:
    return bytes_in_;
  case actor_order::bytes_out:
    return bytes_out_;
  default:
    return pinned_actor::figure(by);
  }
}

// -- the end -----------------------------------------------------------------

void endpoint::close(const close_reason& why) {
  if (closing_)
    return;
  closing_ = true;
  note_departure(why);
  leave();
  if (link_lost_)
    quit_when_done();
  else
    link_->close(why);
}

void endpoint::link_lost() {
  link_lost_ = true;
  home().flushes().unblock(*this);
  if (closing_)
    quit_when_done();
  else
    close(close_reasons::peer_gone);
}

void endpoint::note_departure(const close_reason& why) {
  departure note;
  note.id = id();
  note.home = home().index();
  note.app = application();
  note.user = label();
  note.reason = why;
  note.when = std::chrono::system_clock::now();
  note.lived = std::chrono::duration_cast<std::chrono::seconds>(age());
  const auto last = figures();
  note.transport = last.transport;
  if (last.peer)
    note.address = last.peer->address;
  note.bytes_in = last.bytes_in;
  note.bytes_out = last.bytes_out;
  note.dropped = last.dropped;
  home().gone().add(std::move(note));
  if (home().traces().active())
    home().traces().note(
      *this, {.event = "close", .subject = why.text, .count = why.code});
}

void endpoint::quit_when_done() {
  if (link_lost_ && is_settled())
    quit();
}

void endpoint::on_exit(const caf::error&) {
  if (!std::exchange(closing_, true))
    note_departure(close_reasons::failed);
  link_lost_ = true;
  flushable::unlink();
  set_blocked(false);
  home().counters().queued_bytes -= out_.bytes();
  ++home().counters().connections_closed;
  link_.reset();
}

} // namespace thunderpush
