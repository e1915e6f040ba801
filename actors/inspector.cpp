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

bool precedes(const actor_view& a, const actor_view& b) noexcept {
  return a.rank < b.rank;
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
  if (answer_failed_request<list_actors, read_totals, list_departures>(content)
      || walks_.empty())
    return;
  const auto reply = walks_.front().question.reply;
  walks_.pop_front();
  reply.requester.tell(request_failed{reply.ticket});
  go_on();
}

void inspector::consider(walk& current, const pinned_actor& who) {
  const auto& question = current.question;
  if (!who.matches(question.which))
    return;
  const actor_rank rank{who.figure(question.order), who.id()};
  if (question.after && rank <= *question.after)
    return;
  auto& best = current.best;
  if (best.size() == question.limit) {
    if (best.empty() || best.front().rank <= rank)
      return;
    std::pop_heap(best.begin(), best.end(), precedes);
    best.pop_back();
  }
  best.push_back(who.view(question.thoroughly));
  best.back().rank = rank;
  std::push_heap(best.begin(), best.end(), precedes);
}

void inspector::finish(walk& done) {
  std::sort_heap(done.best.begin(), done.best.end(), precedes);
  const auto& reply = done.question.reply;
  reply.requester.tell(actors_listed{reply.ticket, std::move(done.best)});
}

void inspector::on(const read_totals& what) {
  auto& here = home();
  totals_read answer;
  answer.ticket = what.reply.ticket;
  answer.home = here.index();
  answer.counters = here.counters();
  answer.actors = here.actors().by_kind();
  answer.ready = here.load().ready;
  answer.timers = timer_wheel::running();
  answer.lag = here.load().lag.all();
  answer.turns = here.load().turns.all();
  answer.lag_ever = here.load().lag_ever;
  answer.delivery_times = here.delivery_times();
  answer.gone = here.gone().by_code();
  answer.clients = here.clients().groups();
  answer.memory_used = here.memory().bytes();
  if (const auto* budget = here.memory().budget())
    answer.memory_budget = budget->limit();
  answer.draining = here.is_draining();
  what.reply.requester.tell(std::move(answer));
}

void inspector::on(const list_departures& what) {
  what.reply.requester.tell(departures_listed{
    what.reply.ticket, home().gone().list(what.which, what.after, what.limit)});
}

void inspector::on(const begin_trace& what) {
  home().traces().begin(what);
}

void inspector::on(const end_trace& what) {
  home().traces().end(what.ticket);
}

} // namespace thunderpush
