#include "actors/connection.hpp"

#include "actors/home.hpp"
#include "actors/hub.hpp"
#include "config/log.hpp"

#include <utility>

namespace thunderpush {

connection::connection(caf::actor_config& config, thunderpush::home& where,
                       hub& hub, const context& shared,
                       std::unique_ptr<client_link> link)
  : pinned(config, where, actor_kind::connection),
    hub_(hub),
    shared_(shared),
    link_(std::move(link)),
    out_(link_->frames()) {}

connection::~connection() = default;

connection& connection_at(const connection_ref& address) noexcept {
  return static_cast<connection&>(*address.address()->get());
}

std::string_view connection::state() const noexcept {
  switch (phase_) {
  case phase::anonymous:
    return "anonymous";
  case phase::connecting:
    return "connecting";
  case phase::connected:
    return blocked_ ? "blocked" : "connected";
  case phase::closing:
    break;
  }
  return "closing";
}

void connection::start() {
  enter([this] { link_->start(*this); });
}

// -- commands of the client --------------------------------------------------

bool connection::receive(std::string_view message) {
  if (phase_ == phase::closing)
    return false;
  std::visit([this](const auto& command) { carry_out(command); },
             parse_command(message));
  return awaited_ == 0 && phase_ != phase::closing;
}

void connection::carry_out(const connect_command& command) {
  if (phase_ != phase::anonymous)
    return;
  const auto app = shared_.apps.find(command.key);
  if (!app) {
    close(close_reasons::invalid_key);
    return;
  }
  if (command.user.size() > shared_.limits.user_id_bytes) {
    close(close_reasons::bad_request);
    return;
  }
  app_ = *app;
  user_ = command.user;
  phase_ = phase::connecting;
  attached_ = attaching_ = true;
  ++awaited_;
  const user_id user{app_, user_};
  shared_.directory_of(user).tell(attach_connection{user, ref(), hub_.ref()});
}

void connection::carry_out(const subscribe_command& command) {
  if (phase_ != phase::connected) {
    close(close_reasons::not_connected);
    return;
  }
  for_each_channel(command.channels, [this](std::string_view name) {
    if (phase_ != phase::connected)
      return;
    if (hub_.subscribe(*this, name))
      ++awaited_;
    if (subscriptions_.size() > shared_.limits.channels_per_connection)
      close(close_reasons::too_many_channels);
  });
}

void connection::carry_out(const unsubscribe_command& command) {
  if (phase_ != phase::connected) {
    close(close_reasons::not_connected);
    return;
  }
  for_each_channel(command.channels, [this](std::string_view name) {
    if (hub_.unsubscribe(*this, name))
      ++awaited_;
  });
}

void connection::on(const attached&) {
  if (!std::exchange(attaching_, false))
    return; // by the successor of a session that failed
  if (phase_ == phase::connecting)
    phase_ = phase::connected;
  settled();
}

void connection::on(const session_lost&) {
  if (!attached_)
    return;
  const user_id user{app_, user_};
  shared_.directory_of(user).tell(attach_connection{user, ref(), hub_.ref()});
}

void connection::settled() {
  if (awaited_ == 0 || --awaited_ > 0)
    return;
  if (phase_ == phase::closing)
    detach_when_settled();
  else
    enter([this] { link_->resume(); });
}

// -- what goes to the client -------------------------------------------------

void connection::deliver(const frame_ptr& what) {
  if (phase_ == phase::closing)
    return;
  ++home().counters().deliveries;
  enter([this, &what] { push(what); });
}

void connection::send(std::string bytes) {
  push(frame_ptr{new frame{std::move(bytes), home().now()}});
}

void connection::push(frame_ptr what) {
  if (link_lost_)
    return;
  out_.push(std::move(what));
  if (out_.bytes() > shared_.limits.queue_bytes && phase_ != phase::closing)
    relieve();
  if (!out_.empty())
    home().flush_later(*this);
}

// Only a client whose socket is full is slow. One that merely waits for its
// turn gets it now. A single frame may be larger than the limit.
void connection::relieve() {
  if (!blocked_)
    flush();
  if (blocked_ && out_.bytes() > shared_.limits.queue_bytes
      && out_.frames().size() > 1)
    close_slow();
}

void connection::still_blocked() {
  if (phase_ != phase::closing && !out_.empty()
      && home().now() - out_.oldest() > shared_.limits.queue_age)
    enter([this] { close_slow(); });
}

void connection::close_slow() {
  ++home().counters().slow_consumers;
  log_info("connection", "closing a slow consumer: user \"" + loggable(user_)
                           + "\", " + std::to_string(out_.bytes())
                           + " bytes queued");
  out_.drop_waiting();
  close(close_reasons::slow_consumer);
}

void connection::flush() {
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

void connection::writable() {
  blocked_ = false;
  home().flushes().unblock(*this);
  flush();
}

// -- the end -----------------------------------------------------------------

void connection::close(const close_reason& why) {
  if (phase_ == phase::closing)
    return;
  phase_ = phase::closing;
  awaited_ += static_cast<std::uint32_t>(hub_.unsubscribe_all(*this));
  if (!link_lost_)
    link_->close(why);
  detach_when_settled();
}

void connection::link_lost() {
  link_lost_ = true;
  home().flushes().unblock(*this);
  if (phase_ != phase::closing)
    close(close_reasons::peer_gone);
  else
    quit_when_done();
}

// Who asks the session to disconnect the user is answered once this has left:
// by then no channel may count it any more.
void connection::detach_when_settled() {
  if (awaited_ > 0)
    return;
  if (attached_) {
    attached_ = false;
    const user_id user{app_, user_};
    shared_.directory_of(user).tell(detach_connection{user, ref()});
  }
  quit_when_done();
}

void connection::quit_when_done() {
  if (link_lost_ && awaited_ == 0 && !attached_)
    quit();
}

void connection::on_exit(const caf::error&) {
  phase_ = phase::closing;
  link_lost_ = true;
  flushable::unlink();
  ++home().counters().connections_closed;
  hub_.unsubscribe_all(*this);
  if (attached_) {
    const user_id user{app_, user_};
    shared_.directory_of(user).tell(detach_connection{user, ref()});
  }
  link_.reset();
}

} // namespace thunderpush
