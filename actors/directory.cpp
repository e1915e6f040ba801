#include "actors/directory.hpp"

#include "actors/failed_request.hpp"
#include "actors/home.hpp"

#include <algorithm>
#include <cstdint>

namespace thunderpush {

namespace {

std::size_t position(app_id app) noexcept {
  return static_cast<std::size_t>(app);
}

// The actor that reports to be idle, if it has handled all that it was sent.
template <class Table, class Id, class Report>
typename Table::iterator find_idle(Table& table, const Id& id,
                                   const Report& report) {
  auto it = table.find(id);
  return it != table.end() && it->who == report.who
             && it->sent == static_cast<std::uint32_t>(report.seen)
           ? it
           : table.end();
}

} // namespace

directory::directory(caf::actor_config& config, thunderpush::home& where,
                     const context& shared)
  : pinned(config, where, actor_kind::directory),
    shared_(shared),
    users_online_(shared.apps.size()) {}

// -- users -------------------------------------------------------------------

void directory::on(attach_connection& what) {
  session_of(what.user).tell(std::move(what));
}

void directory::on(detach_connection& what) {
  if (auto who = existing_session(what.user))
    who.tell(std::move(what));
}

void directory::on(send_to_user& what) {
  if (auto who = existing_session(what.user))
    who.tell(std::move(what));
  else
    what.reply.requester.tell(publication_accepted{what.reply.ticket, 0});
}

void directory::on(disconnect_user& what) {
  if (auto who = existing_session(what.user))
    who.tell(std::move(what));
  else
    what.reply.requester.tell(user_disconnected{what.reply.ticket});
}

void directory::on(const find_user& what) {
  what.reply.requester.tell(
    user_found{what.reply.ticket, sessions_.contains(what.user)});
}

void directory::on(const count_users& what) {
  const auto at = position(what.app);
  what.reply.requester.tell(users_counted{
    what.reply.ticket, at < users_online_.size() ? users_online_[at] : 0});
}

void directory::on(const session_idle& what) {
  if (auto it = find_idle(sessions_, what.user, what); it != sessions_.end()) {
    it->who.retire();
    failed_sessions_.forget(what.user);
    forget(it);
  }
}

session_ref directory::existing_session(const user_id& id) {
  auto it = sessions_.find(id);
  if (it == sessions_.end())
    return session_ref{};
  if (actor_at<pinned_actor>(it->who).ended()) {
    failed_sessions_.note(id);
    forget(it);
    return session_ref{};
  }
  ++it->sent;
  return it->who;
}

session_ref directory::session_of(const user_id& id) {
  if (auto who = existing_session(id))
    return who;
  auto& made = home().spawn<session>(id, shared_);
  made.succeeds(failed_sessions_.of(id));
  auto who = made.ref();
  monitor(who.address());
  sessions_.insert({who, 1, kept_hash(id)});
  if (users_online_.size() < shared_.apps.size())
    users_online_.resize(shared_.apps.size()); // there are more since
  ++users_online_[position(id.app)];
  return who;
}

void directory::forget(sessions::iterator it) {
  --users_online_[position(it->name().app)];
  sessions_.erase(it);
}

// -- channels ----------------------------------------------------------------

void directory::on(join& what) {
  channel_of(what.channel).tell(std::move(what));
}

void directory::on(leave& what) {
  if (auto to = existing_channel(what.channel))
    to.tell(std::move(what));
  else
    what.hub.tell(settled{what.topic, what.operation, channel_ref{}});
}

void directory::on(publish& what) {
  if (auto to = existing_channel(what.channel))
    to.tell(std::move(what));
  else
    what.reply.requester.tell(publication_accepted{what.reply.ticket, 0});
}

void directory::on(list_users& what) {
  if (auto to = existing_channel(what.channel))
    to.tell(std::move(what));
  else
    what.reply.requester.tell(subscribers_expected{what.reply.ticket, 0});
}

void directory::on(reset_channel& what) {
  if (auto to = existing_channel(what.channel))
    to.tell(std::move(what));
  else
    what.reply.requester.tell(channel_reset{what.reply.ticket, false});
}

void directory::on(const channel_idle& what) {
  if (auto it = find_idle(channels_, what.channel, what);
      it != channels_.end()) {
    it->who.retire();
    failed_channels_.forget(what.channel);
    channels_.erase(it);
  }
}

channel_ref directory::existing_channel(const channel_id& id) {
  auto it = channels_.find(id);
  if (it == channels_.end())
    return channel_ref{};
  if (actor_at<pinned_actor>(it->who).ended()) {
    failed_channels_.note(id);
    channels_.erase(it);
    return channel_ref{};
  }
  ++it->sent;
  return it->who;
}

channel_ref directory::channel_of(const channel_id& id) {
  if (auto to = existing_channel(id))
    return to;
  auto& made = home().spawn<channel>(id, shared_);
  made.succeeds(failed_channels_.of(id));
  auto to = made.ref();
  monitor(to.address());
  channels_.insert({to, 1, kept_hash(id)});
  return to;
}

// -- failures ----------------------------------------------------------------

void directory::on(const caf::down_msg& what) {
  // An idle one was forgotten when it was told to end. This one failed, which
  // is rare enough to search for it.
  if (!what.reason)
    return;
  const auto is_down
    = [&what](const auto& item) { return item.who.address() == what.source; };
  if (auto it = std::find_if(channels_.begin(), channels_.end(), is_down);
      it != channels_.end()) {
    failed_channels_.note(it->name());
    channels_.erase(it);
  } else if (auto user
             = std::find_if(sessions_.begin(), sessions_.end(), is_down);
             user != sessions_.end()) {
    failed_sessions_.note(user->name());
    forget(user);
  }
}

// Whoever has an actor of its own for this one asks again, as if that had
// failed. A session that was not told of an end cannot be right any more: it
// ends, and those of its connections that are left attach to its successor.
void directory::undelivered(caf::type_erased_tuple& content) {
  if (content.match_elements<attach_connection>()) {
    content.get_as<attach_connection>(0).who.tell(session_lost{});
  } else if (content.match_elements<detach_connection>()) {
    if (auto who = existing_session(content.get_as<detach_connection>(0).user))
      who.replace();
  } else if (content.match_elements<join>()) {
    const auto& lost = content.get_as<join>(0);
    lost.hub.tell(channel_lost{lost.topic});
  } else if (content.match_elements<leave>()) {
    const auto& lost = content.get_as<leave>(0);
    lost.hub.tell(channel_lost{lost.topic});
  } else {
    answer_failed_request<publish, list_users, send_to_user, disconnect_user,
                          find_user, count_users, reset_channel>(content);
  }
}

} // namespace thunderpush
