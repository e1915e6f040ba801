#include "actors/connection.hpp"

#include "actors/home.hpp"
#include "actors/hub.hpp"
#include "actors/timer_wheel.hpp"
#include "config/log.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace thunderpush {

// What the client may do by its tokens, and when they are to be looked at.
class connection::grant final : private timer {
public:
  explicit grant(connection& owner) : owner_(owner) {}

  permissions held;

  void wait(identity::clock::time_point now) {
    // The clock of the day may be set meanwhile.
    constexpr std::chrono::hours at_most{1};
    const auto next = held.next_expiry();
    if (!next)
      return;
    const auto left = std::clamp<identity::clock::duration>(
      *next - now, std::chrono::seconds{0}, at_most);
    owner_.home().timers().start(*this, left);
  }

private:
  void expired() override {
    owner_.enter([this] { owner_.grant_due(); });
  }

  connection& owner_;
};

connection::connection(caf::actor_config& config, thunderpush::home& where,
                       hub& hub, std::unique_ptr<client_link> link, visitor who)
  : pinned(config, where, hub.shared().limits, std::move(link),
           std::move(who.place)),
    hub_(hub),
    visitor_(std::make_unique<visitor>(std::move(who))) {}

connection::~connection() = default;

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
  const auto& access = shared.access_of(*app);
  if (!access.origins.permits(visitor_->origin)) {
    close(close_reasons::wrong_origin);
    return;
  }
  std::optional<identity> shown;
  if (access.auth == identity_proof::token) {
    shown = verify(*app, command.user);
    if (!shown)
      return;
  }
  const std::string_view user = shown ? shown->user : command.user;
  if (user.size() > shared.limits.user_id_bytes) {
    close(close_reasons::bad_request);
    return;
  }
  if (!take_place_in(*app))
    return;
  user_ = user;
  visitor_.reset();
  if (shown) {
    granted().held.identify(*std::move(shown));
    grant_->wait(shared.tokens->now());
  }
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
    if (!may_subscribe(name))
      refuse_channel(name);
    else if (hub_.subscribe(*this, name))
      ++awaited_;
    if (subscriptions_.size() > hub_.shared().limits.channels_per_connection)
      close(close_reasons::too_many_channels);
  });
}

bool connection::may_subscribe(std::string_view channel) const noexcept {
  return !hub_.shared().needs_token(app_, channel)
         || (grant_ && grant_->held.permit(channel));
}

void connection::refuse_channel(std::string_view channel) {
  log_info("connection", "refused: user \"" + loggable(user_)
                           + "\" has no token for channel \""
                           + loggable(channel) + '"');
  close(close_reasons::not_permitted);
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

// -- tokens ------------------------------------------------------------------

void connection::seen_from(std::string_view origin) {
  if (visitor_ && visitor_->origin.empty())
    visitor_->origin = origin;
}

// Nothing if the token is refused: then it is closing.
std::optional<identity> connection::verify(app_id app, std::string_view token) {
  const auto& shared = hub_.shared();
  auto verdict = shared.tokens ? shared.tokens->verify(app, token)
                               : token_fault{false, "no app has a token key"};
  if (auto* shown = std::get_if<identity>(&verdict))
    return std::move(*shown);
  const auto& fault = std::get<token_fault>(verdict);
  log_info("connection", "refused a token for app " + shared.apps.name(app)
                           + ": " + std::string{fault.why});
  close(fault.expired ? close_reasons::token_expired
                      : close_reasons::bad_token);
  return std::nullopt;
}

// The same for a token that must be the user's.
std::optional<identity> connection::verify_own(std::string_view token) {
  auto shown = verify(app_, token);
  if (!shown || shown->user == user_)
    return shown;
  log_info("connection", "refused a token: user \"" + loggable(user_)
                           + "\" has shown that of another");
  close(close_reasons::bad_token);
  return std::nullopt;
}

void connection::carry_out(const refresh_command& command) {
  if (phase_ != phase::connected
      || hub_.shared().access_of(app_).auth != identity_proof::token)
    return;
  auto shown = verify_own(command.token);
  if (!shown)
    return;
  note("refresh", user_);
  granted().held.identify(*std::move(shown));
  leave_forbidden();
  grant_->wait(hub_.shared().tokens->now());
}

void connection::carry_out(const authorize_command& command) {
  if (phase_ != phase::connected
      || !hub_.shared().access_of(app_).has_token_key)
    return;
  const auto shown = verify_own(command.token);
  if (!shown)
    return;
  note("authorize", user_);
  auto& held = granted().held;
  held.add(*shown);
  if (held.added() > hub_.shared().limits.channels_per_connection)
    close(close_reasons::too_many_channels);
  else
    grant_->wait(hub_.shared().tokens->now());
}

// Ends the subscriptions that it may not have any more.
void connection::leave_forbidden() {
  std::vector<std::string> forbidden;
  for (const auto& each : subscriptions_)
    if (!may_subscribe(each.to->id.name))
      forbidden.push_back(each.to->id.name);
  for (const auto& name : forbidden) {
    note("unsubscribe", name);
    if (hub_.unsubscribe(*this, name))
      ++awaited_;
  }
}

connection::grant& connection::granted() {
  if (!grant_)
    grant_ = std::make_unique<grant>(*this);
  return *grant_;
}

void connection::grant_due() {
  if (is_closing())
    return;
  const auto& tokens = hub_.shared().tokens;
  const auto now = tokens ? tokens->now() : identity::clock::now();
  auto& held = grant_->held;
  held.drop_expired(now);
  const auto own = held.identity_expires();
  const auto keeps_all
    = std::all_of(subscriptions_.begin(), subscriptions_.end(),
                  [this](const subscription& each) {
                    return may_subscribe(each.to->id.name);
                  });
  if ((own && now >= *own) || !keeps_all)
    close(close_reasons::token_expired);
  else
    grant_->wait(now);
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
  if (grant_)
    seen.token_expires = grant_->held.next_expiry();
  if (!thoroughly)
    return seen;
  for (const auto& each : subscriptions_)
    seen.channels.push_back(each.to->id.name);
  if (grant_)
    seen.info = grant_->held.info();
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
  if (visitor_)
    bytes += sizeof *visitor_ + visitor_->origin.capacity();
  if (grant_)
    bytes += sizeof *grant_ + grant_->held.memory();
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

void connection::catch_up() {
  hub_.catch_up(*this);
}

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
