#include "actors/channel.hpp"

#include "actors/failed_request.hpp"
#include "actors/home.hpp"

#include <algorithm>

namespace thunderpush {

channel::channel(caf::actor_config& config, thunderpush::home& where,
                 channel_id id, const context& shared)
  : pinned(config, where, actor_kind::channel),
    id_(std::move(id)),
    shared_(shared) {}

void channel::on(const join& what) {
  ++seen_;
  auto* known = find(what.hub);
  if (known == nullptr)
    known = &members_.emplace_back(member{what.hub, what.topic});
  const bool fewer = what.subscribers < known->subscribers;
  subscribers_ -= known->subscribers;
  known->subscribers = what.subscribers;
  subscribers_ += known->subscribers;
  note({.event = fewer ? "leave" : "join", .count = subscribers_});
  settle(what.hub, what.topic, what.operation);
}

void channel::on(const leave& what) {
  ++seen_;
  if (auto* known = find(what.hub)) {
    subscribers_ -= known->subscribers;
    home().memory().remove(known->under_way);
    members_.erase(members_.begin() + (known - members_.data()));
  }
  note({.event = "leave", .count = subscribers_});
  settle(what.hub, what.topic, what.operation);
  report_if_idle();
}

void channel::on(const publish& what) {
  ++seen_;
  const auto bytes = what.what->element.size();
  if (congested(bytes)) {
    ++home().counters().refused_publications;
    note({.event = "refuse", .bytes = bytes});
    what.reply.requester.tell(publication_refused{what.reply.ticket});
    return;
  }
  ++home().counters().publications;
  for (auto& to : members_) {
    to.under_way += bytes;
    home().memory().add(bytes);
    to.hub.tell(fan_out{to.topic, what.what,
                        what.detailed ? what.reply : reply_address{}});
  }
  note({.event = "publish",
        .bytes = bytes,
        .count = subscribers_,
        .payload = what.what->element});
  what.reply.requester.tell(publication_accepted{
    what.reply.ticket, subscribers_, what.detailed ? members_.size() : 0});
  report_if_idle();
}

void channel::on(const list_users& what) {
  ++seen_;
  what.reply.requester.tell(
    subscribers_expected{what.reply.ticket, members_.size()});
  for (const auto& who : members_)
    who.hub.tell(list_subscribers{who.topic, what.reply});
  report_if_idle();
}

void channel::on(const credit& what) {
  if (auto* known = find(what.hub)) {
    const auto paid = std::min(known->under_way, what.bytes);
    known->under_way -= paid;
    home().memory().remove(paid);
  }
}

// Its end tells the hubs, and they join whoever comes next.
void channel::on(const reset_channel& what) {
  ++seen_;
  what.reply.requester.tell(channel_reset{what.reply.ticket, true});
  quit(caf::exit_reason::kill);
}

channel::member* channel::find(const hub_ref& hub) noexcept {
  auto it = std::find_if(members_.begin(), members_.end(),
                         [&hub](const member& x) { return x.hub == hub; });
  return it == members_.end() ? nullptr : &*it;
}

bool channel::congested(std::size_t bytes) const noexcept {
  // One publication is always let through, however large.
  return std::any_of(
    members_.begin(), members_.end(), [this, bytes](const member& x) {
      return x.under_way > 0
             && x.under_way + bytes > shared_.limits.channel_backlog_bytes;
    });
}

void channel::report_if_idle() {
  if (subscribers_ == 0)
    shared_.directory_of(id_).tell(channel_idle{id_, ref(), seen_});
}

void channel::settle(const hub_ref& hub, topic_number topic,
                     std::uint64_t operation) {
  hub.tell(settled{topic, operation, ref()});
}

// -- for operators -----------------------------------------------------------

std::uint64_t channel::figure(actor_order by) const {
  return by == actor_order::members ? subscribers_ : pinned::figure(by);
}

holdings_view channel::holdings(bool) const {
  channel_view seen;
  for (const auto& each : members_)
    seen.branches.push_back(
      {each.hub.address() == nullptr
         ? 0
         : actor_at<const pinned_actor>(each.hub).home().index(),
       each.subscribers, each.under_way});
  return seen;
}

std::size_t channel::memory() const noexcept {
  const auto inline_members = decltype(members_){}.capacity();
  auto bytes = sizeof *this;
  if (members_.capacity() > inline_members)
    bytes += members_.capacity() * sizeof(member);
  return bytes + id_.name.capacity();
}

void channel::note(const trace_event& what) {
  if (home().traces().active())
    home().traces().note(*this, what);
}

// -- the end -----------------------------------------------------------------

void channel::on_exit(const caf::error& reason) {
  if (reason && reason != caf::exit_reason::user_shutdown)
    for (const auto& who : members_)
      who.hub.tell(channel_lost{who.topic});
  for (const auto& who : members_)
    home().memory().remove(who.under_way);
  members_.clear();
}

void channel::undelivered(caf::type_erased_tuple& content) {
  // A hub that was about to join is not among those that on_exit tells.
  if (content.match_elements<join>()) {
    const auto& lost = content.get_as<join>(0);
    lost.hub.tell(channel_lost{lost.topic});
  } else if (content.match_elements<leave>()) {
    const auto& lost = content.get_as<leave>(0);
    lost.hub.tell(channel_lost{lost.topic});
  } else {
    answer_failed_request<publish, list_users, reset_channel>(content);
  }
}

} // namespace thunderpush
