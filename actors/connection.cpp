#include "actors/connection.hpp"

#include "actors/home.hpp"
#include "actors/hub.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush {

connection::connection(caf::actor_config& config, thunderpush::home& where,
                       hub& hub, std::unique_ptr<client_link> link, visitor who)
  : pinned(config, where, hub.shared().limits, std::move(link),
           std::move(who.place)),
    hub_(hub),
    visitor_(std::make_unique<visitor>(std::move(who))) {}

connection& connection_at(const connection_ref& address) noexcept {
  return static_cast<connection&>(*address.address()->get());
}

std::string_view connection::state() const noexcept {
  if (is_closing())
    return "closing";
  switch (phase_) {
  case phase::anonymous:
    return "anonymous";
  case phase::connecting:
    return "connecting";
  case phase::connected:
    break;
  }
  return is_blocked() ? "blocked" : "connected";
}

// -- commands of the client --------------------------------------------------

bool connection::handle(std::string_view message) {
  if (is_closing())
    return false;
  std::visit([this](const auto& command) { carry_out(command); },
             parse_command(message));
  return awaited_ == 0 && !is_closing();
}

void connection::carry_out(const connect_command& command) {
  if (phase_ != phase::anonymous)
    return;
  const auto& shared = hub_.shared();
  const auto app = shared.apps.find(command.key);
  if (!app) {
    close(close_reasons::invalid_key);
    return;
  }
  if (command.user.size() > shared.limits.user_id_bytes) {
    close(close_reasons::bad_request);
    return;
  }
  if (!take_place_in(*app))
    return;
  user_ = command.user;
  visitor_.reset();
  note("connect", user_);
  attached_ = attaching_ = true;
  ++awaited_;
  join_session();
}

// False if the application has none: then it is closing.
bool connection::take_place_in(app_id app) {
  const auto group = home().clients().join(app, link()->transport());
  const auto& shared = hub_.shared();
  if (shared.usage_of(app).join(shared.quota_of(app).connections)) {
    app_ = app;
    group_ = group;
    phase_ = phase::connecting;
    return true;
  }
  home().clients().leave(group);
  home().counters().refused(admission::refusal::app);
  close(close_reasons::too_many_connections);
  return false;
}

void connection::carry_out(const subscribe_command& command) {
  if (phase_ != phase::connected) {
    close(close_reasons::not_connected);
    return;
  }
  for_each_channel(command.channels, [this](std::string_view name) {
    if (is_closing())
      return;
    note("subscribe", name);
    if (hub_.subscribe(*this, name))
      ++awaited_;
    if (subscriptions_.size() > hub_.shared().limits.channels_per_connection)
      close(close_reasons::too_many_channels);
  });
}

void connection::carry_out(const unsubscribe_command& command) {
  if (phase_ != phase::connected) {
    close(close_reasons::not_connected);
    return;
  }
  for_each_channel(command.channels, [this](std::string_view name) {
    note("unsubscribe", name);
    if (hub_.unsubscribe(*this, name))
      ++awaited_;
  });
}

void connection::settled() {
  if (awaited_ == 0 || --awaited_ > 0)
    return;
  if (is_closing()) {
    leave_session();
    quit_when_done();
  } else {
    resume_link();
  }
}

// -- for operators -----------------------------------------------------------

std::optional<app_id> connection::application() const noexcept {
  return phase_ == phase::anonymous ? std::nullopt : std::optional{app_};
}

bool connection::is_subscribed_to(std::string_view channel) const {
  return std::any_of(
    subscriptions_.begin(), subscriptions_.end(),
    [&](const subscription& each) { return each.to->id.name == channel; });
}

holdings_view connection::holdings(bool thoroughly) const {
  auto seen = figures();
  seen.who = ref();
  seen.subscriptions = subscriptions_.size();
  if (thoroughly)
    for (const auto& each : subscriptions_)
      seen.channels.push_back(each.to->id.name);
  return seen;
}

std::size_t connection::memory() const noexcept {
  const auto inline_subscriptions = subscription_list{}.capacity();
  const auto inline_text = std::string{}.capacity();
  auto bytes = sizeof *this + heap();
  if (subscriptions_.capacity() > inline_subscriptions)
    bytes += subscriptions_.capacity() * sizeof(subscription);
  if (user_.capacity() > inline_text)
    bytes += user_.capacity() + 1;
  return bytes;
}

void connection::note(std::string_view event, std::string_view subject) {
  if (home().traces().active())
    home().traces().note(*this, {.event = event, .subject = subject});
}

// -- its user's session ------------------------------------------------------

void connection::join_session() {
  const user_id user{app_, user_};
  hub_.shared().directory_of(user).tell(
    attach_connection{user, ref(), hub_.ref()});
}

void connection::leave_session() {
  if (!std::exchange(attached_, false))
    return;
  const user_id user{app_, user_};
  hub_.shared().directory_of(user).tell(detach_connection{user, ref()});
}

void connection::on(const attached&) {
  if (!std::exchange(attaching_, false))
    return; // by the successor of a session that failed
  if (phase_ == phase::connecting)
    phase_ = phase::connected;
  settled();
}

void connection::on(const session_lost&) {
  if (attached_)
    join_session();
}

// -- the end -----------------------------------------------------------------

// Who asks the session to disconnect the user is answered once this has
// detached: by then no channel may count it any more.
void connection::leave() {
  awaited_ += static_cast<std::uint32_t>(hub_.unsubscribe_all(*this));
  if (awaited_ == 0)
    leave_session();
}

bool connection::is_settled() const noexcept {
  return awaited_ == 0 && !attached_;
}

void connection::on_exit(const caf::error& reason) {
  endpoint::on_exit(reason);
  if (phase_ != phase::anonymous) {
    home().clients().leave(group_);
    hub_.shared().usage_of(app_).leave();
  }
  hub_.unsubscribe_all(*this);
  leave_session();
}

} // namespace thunderpush
