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
                   std::unique_ptr<client_link> link, admission::place place)
  : pinned_actor(config, where, actor_kind::connection),
    limits_(limits),
    link_(std::move(link)),
    out_(link_->frames()),
    place_(std::move(place)) {}

endpoint::~endpoint() = default;

void endpoint::start() {
  ++home().counters().connections_opened;
  enter([this] {
    link_->start(*this);
    if (!closing_)
      opened();
  });
}

// -- what comes from the client ----------------------------------------------

bool endpoint::receive(std::string_view message) {
  bytes_in_ += message.size();
  busy_ = true; // should it throw
  busy_ = !handle(message);
  if (limits_.message_rate > 0 && !closing_)
    pause(messages_.note(home().now(), limits_.message_rate));
  return !busy_ && !paused_;
}

void endpoint::pause(rate_limit::duration length) {
  if (length == rate_limit::duration::zero())
    return;
  paused_ = true;
  ++home().counters().pauses;
  home().pauses().begin(*this, length);
}

void endpoint::pause_over() {
  paused_ = false;
  if (!busy_)
    resume_link();
}

void endpoint::end_pause() noexcept {
  if (paused_)
    home().pauses().cancel(*this);
  paused_ = false;
}

void endpoint::resume_link() {
  busy_ = false;
  if (!paused_)
    enter([this] { link_->resume(); });
}

// -- what goes to the client -------------------------------------------------

void endpoint::deliver(const frame_ptr& what) {
  if (closing_)
    return;
  note_delivery(*what);
  enter([this, &what] { push(what); });
}

void endpoint::deliver_now(std::span<const frame_ptr> what) {
  enter([this, what] {
    for (const auto& each : what) {
      if (closing_) // it may prove too slow meanwhile
        return;
      note_delivery(*each);
      queue(each);
    }
    if (!blocked_ && !link_lost_ && !out_.empty())
      write();
  });
}

void endpoint::note_delivery(const frame& what) {
  ++home().counters().deliveries;
  if (home().traces().active())
    home().traces().note(*this, {.event = "deliver",
                                 .bytes = what.element().size(),
                                 .payload = what.element()});
}

void endpoint::send(std::string bytes) {
  push(frame_ptr{new frame{std::move(bytes), home().now(), &home().memory()}});
}

void endpoint::push(frame_ptr what) {
  queue(std::move(what));
  if (out_.empty() || link_lost_)
    return;
  home().flush_later(*this);
  prefetch_link();
}

void endpoint::queue(frame_ptr what) {
  if (link_lost_)
    return;
  if (blocked_)
    conflate(*what);
  const auto before = out_.bytes();
  out_.push(std::move(what));
  home().counters().queued_bytes += out_.bytes() - before;
  if (out_.bytes() > limits_.queue_bytes && !closing_)
    relieve();
}

// -- clients that do not keep up ---------------------------------------------

// Of some channels only the newest message counts.
void endpoint::conflate(const frame& with) {
  if (with.policy() != slow_policy::latest)
    return;
  const auto before = out_.bytes();
  note_dropped(before, out_.drop_topic(with.topic()));
}

// Only a client whose link takes no more is slow. One that merely waits for
// its turn gets it now. A single frame may be larger than the limit.
void endpoint::relieve() {
  if (!blocked_)
    flush();
  const auto is_over = [this] {
    return out_.bytes() > limits_.queue_bytes && out_.frames().size() > 1;
  };
  if (!blocked_ || !is_over())
    return;
  const auto before = out_.bytes();
  note_dropped(before, out_.drop_oldest(limits_.queue_bytes));
  if (is_over())
    close_slow("closing a slow consumer");
}

// What may be dropped does not make a client too slow, however old it is: such
// clients stay, as long as they answer pings.
void endpoint::still_blocked() {
  if (closing_ || out_.empty())
    return;
  const auto oldest = home().now() - limits_.queue_age;
  if (out_.oldest() >= oldest)
    return;
  enter([this, oldest] {
    const auto before = out_.bytes();
    note_dropped(before, out_.drop_older(oldest));
    if (out_.owes_since(oldest))
      close_slow("closing a slow consumer");
  });
}

void endpoint::shed() {
  if (closing_)
    return;
  ++home().counters().shed_connections;
  enter([this] { close_slow("memory is short: closing a slow consumer"); });
}

void endpoint::close_slow(std::string_view why) {
  ++home().counters().slow_consumers;
  log_info("connection", std::string{why} + ": user \"" + loggable(label())
                           + "\", " + std::to_string(out_.bytes())
                           + " bytes queued");
  drop_queue();
  begin_closing(close_reasons::slow_consumer);
}

void endpoint::note_dropped(std::size_t bytes_before, out_queue::dropped what) {
  auto& counters = home().counters();
  counters.queued_bytes -= bytes_before - out_.bytes();
  counters.dropped_as_oldest += what.oldest;
  counters.dropped_for_latest += what.latest;
  dropped_ += what.all();
}

void endpoint::drop_queue() {
  const auto bytes = out_.bytes();
  const auto frames = out_.frames().size();
  out_.drop_waiting();
  const auto gone = frames - out_.frames().size();
  auto& counters = home().counters();
  counters.queued_bytes -= bytes - out_.bytes();
  counters.dropped_by_disconnect += gone;
  dropped_ += static_cast<std::uint32_t>(gone);
}

// -- writing -----------------------------------------------------------------

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
  auto outcome = client_link::flush_result::drained;
  try {
    outcome = link_->flush(out_);
  } catch (...) {
    // It may have written something before.
    note_written(bytes - out_.bytes(), frames - out_.frames().size());
    throw;
  }
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
  return out_.heap();
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
  catch_up();
  if (!closing_) // that may prove too much
    begin_closing(why);
}

void endpoint::begin_closing(const close_reason& why) {
  closing_ = true;
  end_pause();
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
  if (!closing_)
    note_departure(close_reasons::failed);
  closing_ = true;
  link_lost_ = true;
  end_pause();
  flushable::unlink();
  set_blocked(false);
  home().counters().queued_bytes -= out_.bytes();
  ++home().counters().connections_closed;
  link_.reset();
  place_ = admission::place{};
}

} // namespace thunderpush
