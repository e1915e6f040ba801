#include "actors/endpoint.hpp"

#include "actors/home.hpp"
#include "config/log.hpp"

namespace thunderpush {

endpoint::endpoint(caf::actor_config& config, thunderpush::home& where,
                   const limit_settings& limits,
                   std::unique_ptr<client_link> link)
  : pinned_actor(config, where, actor_kind::connection),
    limits_(limits),
    link_(std::move(link)),
    out_(link_->frames()) {}

endpoint::~endpoint() = default;

endpoint& endpoint_at(const caf::strong_actor_ptr& hold) noexcept {
  return static_cast<endpoint&>(*hold->get());
}

caf::strong_actor_ptr endpoint::hold() const noexcept {
  return caf::strong_actor_ptr{caf::actor_control_block::from(this)};
}

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
  enter([this, &what] { push(what); });
}

void endpoint::send(std::string bytes) {
  push(frame_ptr{new frame{std::move(bytes), home().now()}});
}

void endpoint::push(frame_ptr what) {
  if (link_lost_)
    return;
  out_.push(std::move(what));
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
  out_.drop_waiting();
  close(close_reasons::slow_consumer);
}

void endpoint::flush() {
  if (blocked_ || link_lost_ || out_.empty())
    return;
  enter([this] {
    switch (link_->flush(out_)) {
    case client_link::flush_result::drained:
      break;
    case client_link::flush_result::more:
      home().flush_later(*this);
      break;
    case client_link::flush_result::blocked:
      blocked_ = true;
      home().flushes().block(*this);
      break;
    }
  });
}

void endpoint::writable() {
  blocked_ = false;
  home().flushes().unblock(*this);
  flush();
}

// -- the end -----------------------------------------------------------------

void endpoint::close(const close_reason& why) {
  if (closing_)
    return;
  closing_ = true;
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

void endpoint::quit_when_done() {
  if (link_lost_ && is_settled())
    quit();
}

void endpoint::on_exit(const caf::error&) {
  closing_ = true;
  link_lost_ = true;
  flushable::unlink();
  ++home().counters().connections_closed;
  link_.reset();
}

} // namespace thunderpush
