#include "actors/inspector.hpp"

#include "actors/failed_request.hpp"
#include "actors/home.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush {

namespace {

// A home has an actor handle up to 64 messages in one go: so some thousand
// slots are looked at before others have their turn.
constexpr std::size_t slots_per_step = 64;

// What can be told of an actor without copying text.
actor_view figures_of(const pinned_actor& who, const home& where) {
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(
                     where.now() - where.born())
                   - std::chrono::seconds{who.born_after_home()};
  actor_view seen;
  seen.id = who.id();
  seen.kind = who.kind();
  seen.home = where.index();
  seen.mailbox = who.mailbox_depth();
  seen.handled = who.messages_handled();
  seen.age_seconds = static_cast<std::uint64_t>(std::max(age.count(), 0L));
  return seen;
}

} // namespace

inspector::inspector(caf::actor_config& config, thunderpush::home& where)
  : pinned(config, where, actor_kind::inspector) {}

void inspector::on(const list_actors& what) {
  walks_.push_back(walk{what});
  if (walks_.size() == 1)
    ref().tell(continue_walk{});
}

void inspector::on(const continue_walk&) {
  if (walks_.empty())
    return;
  auto& current = walks_.front();
  const auto& slots = home().actors().slots();
  const auto end = std::min(current.next_slot + slots_per_step, slots.size());
  while (current.next_slot < end)
    if (const auto* who = slots[current.next_slot++])
      consider(current, *who);
  if (current.next_slot == slots.size()) {
    finish(current);
    walks_.pop_front();
  }
  go_on();
}

void inspector::go_on() {
  if (!walks_.empty())
    ref().tell(continue_walk{});
}

// A step that failed ends its list, not those that wait behind it.
void inspector::undelivered(caf::type_erased_tuple& content) {
  if (answer_failed_request<list_actors, read_totals>(content)
      || walks_.empty())
    return;
  const auto reply = walks_.front().question.reply;
  walks_.pop_front();
  reply.requester.tell(request_failed{reply.ticket});
  go_on();
}

void inspector::consider(walk& current, const pinned_actor& who) const {
  const auto& question = current.question;
  if (question.kind && who.kind() != *question.kind)
    return;
  const auto precedes = [&question](const actor_view& a, const actor_view& b) {
    return rank_of(a, question.order) < rank_of(b, question.order);
  };
  auto seen = figures_of(who, home());
  if (question.after && rank_of(seen, question.order) <= *question.after)
    return;
  auto& best = current.best;
  if (best.size() == question.limit) {
    if (best.empty() || !precedes(seen, best.front()))
      return;
    std::pop_heap(best.begin(), best.end(), precedes);
    best.pop_back();
  }
  seen.name = who.label();
  seen.state = who.state();
  best.push_back(std::move(seen));
  std::push_heap(best.begin(), best.end(), precedes);
}

void inspector::finish(walk& done) {
  const auto order = done.question.order;
  std::sort_heap(done.best.begin(), done.best.end(),
                 [order](const actor_view& a, const actor_view& b) {
                   return rank_of(a, order) < rank_of(b, order);
                 });
  const auto& reply = done.question.reply;
  reply.requester.tell(actors_listed{reply.ticket, std::move(done.best)});
}

void inspector::on(const read_totals& what) {
  totals_read answer{what.reply.ticket, home().index(), home().counters()};
  answer.actors = home().actors().by_kind();
  what.reply.requester.tell(std::move(answer));
}

} // namespace thunderpush
