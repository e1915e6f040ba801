#include "actors/session.hpp"

#include "actors/failed_request.hpp"
#include "actors/home.hpp"

#include <algorithm>

namespace thunderpush {

session::session(caf::actor_config& config, thunderpush::home& where,
                 user_id id, const context& shared)
  : pinned(config, where, actor_kind::session),
    id_(std::move(id)),
    shared_(shared) {}

void session::on(const attach_connection& what) {
  ++seen_;
  members_.push_back(member{what.who, what.hub});
  note({.event = "attach", .count = members_.size()});
  what.who.tell(attached{});
}

void session::on(const detach_connection& what) {
  ++seen_;
  auto it
    = std::find_if(members_.begin(), members_.end(),
                   [&what](const member& x) { return x.who == what.who; });
  if (it != members_.end())
    members_.erase(it);
  note({.event = "detach", .count = members_.size()});
  report_if_idle();
  answer_disconnects();
}

void session::on(const send_to_user& what) {
  ++seen_;
  ++home().counters().publications;
  std::size_t receivers = 0;
  for (const auto& to : members_) {
    if (to.leaving)
      continue;
    to.hub.tell(
      deliver{to.who, what.what, what.detailed ? what.reply : reply_address{}});
    ++receivers;
  }
  note({.event = "send",
        .bytes = what.what->element.size(),
        .count = receivers,
        .payload = what.what->element});
  what.reply.requester.tell(publication_accepted{
    what.reply.ticket, receivers, what.detailed ? receivers : 0});
  report_if_idle();
}

void session::on(const disconnect_user& what) {
  ++seen_;
  for (auto& to : members_) {
    if (to.leaving)
      continue;
    to.leaving = true;
    to.hub.tell(disconnect{to.who, what.reason});
  }
  note({.event = "disconnect", .count = members_.size()});
  disconnects_.push_back(what.reply);
  report_if_idle();
  answer_disconnects();
}

// Also after a message that crossed the last report, which the directory has
// left aside for it. Before anybody is told that the user is gone: so the user
// is offline for whoever asks then.
void session::report_if_idle() {
  if (members_.empty())
    shared_.directory_of(id_).tell(session_idle{id_, ref(), seen_});
}

void session::answer_disconnects() {
  if (disconnects_.empty())
    return;
  if (std::any_of(members_.begin(), members_.end(),
                  [](const member& x) { return x.leaving; }))
    return;
  for (const auto& reply : disconnects_)
    reply.requester.tell(user_disconnected{reply.ticket});
  disconnects_.clear();
}

// -- for operators -----------------------------------------------------------

std::uint64_t session::figure(actor_order by) const {
  return by == actor_order::members ? members_.size() : pinned::figure(by);
}

holdings_view session::holdings(bool) const {
  session_view seen;
  for (const auto& each : members_)
    seen.connections.push_back(each.who.address()->id());
  return seen;
}

std::size_t session::memory() const noexcept {
  const auto inline_members = decltype(members_){}.capacity();
  auto bytes = sizeof *this;
  if (members_.capacity() > inline_members)
    bytes += members_.capacity() * sizeof(member);
  return bytes + id_.name.capacity();
}

void session::note(const trace_event& what) {
  if (home().traces().active())
    home().traces().note(*this, what);
}

// -- the end -----------------------------------------------------------------

void session::on_exit(const caf::error& reason) {
  if (reason && reason != caf::exit_reason::user_shutdown)
    for (const auto& to : members_)
      to.who.tell(session_lost{});
  for (const auto& reply : disconnects_)
    reply.requester.tell(request_failed{reply.ticket});
  members_.clear();
  disconnects_.clear();
}

void session::undelivered(caf::type_erased_tuple& content) {
  if (content.match_elements<attach_connection>())
    content.get_as<attach_connection>(0).who.tell(session_lost{});
  else
    answer_failed_request<send_to_user, disconnect_user>(content);
}

} // namespace thunderpush
