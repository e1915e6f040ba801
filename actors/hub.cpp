#include "actors/hub.hpp"

#include "actors/connection.hpp"
#include "actors/failed_request.hpp"
#include "actors/home.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush {

namespace {

// Whose turn comes a little later is on the way from memory meanwhile.
void prefetch_before(const topic& what, std::size_t position) noexcept {
  constexpr std::size_t ahead = 4;
  if (position >= ahead)
    what.subscribers[position - ahead].who->prefetch();
}

} // namespace

/// Stands in the home's flush queue behind the connections that were given a
/// publication: when its turn comes, theirs has been.
class hub::credit_payer final : public flushable {
public:
  explicit credit_payer(hub& owner) : owner_(owner) {}
  void flush() override { owner_.pay_credit(); }

private:
  hub& owner_;
};

/// Closes the connections that were there when a drain began, a few a tick.
class hub::drainer final : public timer {
public:
  drainer(hub& owner, const drain& task) : owner_(owner), done_(task.done) {
    for (auto* who : owner.home().actors().slots())
      if (who != nullptr && who->kind() == actor_kind::connection)
        waiting_.push_back(static_cast<connection*>(who)->ref());
    const auto ticks = static_cast<std::size_t>(
      std::max<std::int64_t>(1, task.window / timer_wheel::tick));
    per_tick_ = (waiting_.size() + ticks - 1) / ticks;
  }

  void expired() override {
    for (auto n = std::min(per_tick_, waiting_.size()); n > 0; --n) {
      owner_.on(disconnect{waiting_.back(), close_reasons::shutting_down});
      waiting_.pop_back();
    }
    const auto& alive = owner_.home().actors().by_kind();
    if (alive[static_cast<std::size_t>(actor_kind::connection)] > 0)
      owner_.home().timers().start(*this, timer_wheel::tick);
    else
      done_();
  }

private:
  hub& owner_;
  std::function<void()> done_;
  std::vector<connection_ref> waiting_;
  std::size_t per_tick_ = 0;
};

hub::hub(caf::actor_config& config, thunderpush::home& where,
         const context& shared)
  : pinned(config, where, actor_kind::hub),
    shared_(shared),
    payer_(std::make_unique<credit_payer>(*this)),
    sweep_(where, [this](topic& to, std::size_t bytes) {
      to.channel.tell(credit{ref(), bytes});
    }) {}

hub::~hub() = default;

admission::verdict hub::admit(const std::optional<ip_address>& address) {
  auto verdict = shared_.door->enter(address);
  if (const auto* why = std::get_if<admission::refusal>(&verdict))
    home().counters().refused(*why);
  return verdict;
}

endpoint& hub::open(std::unique_ptr<client_link> link, visitor who) {
  auto& made = home().spawn<connection>(*this, std::move(link), std::move(who));
  made.start();
  return made;
}

void hub::dismiss_strangers() {
  const auto everybody = home().actors().slots(); // a copy: some may end
  for (auto* each : everybody) {
    if (each == nullptr || each->kind() != actor_kind::connection)
      continue;
    auto& who = static_cast<connection&>(*each);
    const auto app = who.application();
    if (app && !shared_.apps.contains(*app))
      who.run([&who] { who.close(close_reasons::invalid_key); });
  }
}

// -- subscriptions -----------------------------------------------------------

bool hub::subscribe(connection& who, std::string_view channel) {
  auto& to = topic_of(channel_id{who.app(), std::string{channel}});
  auto& mine = who.subscriptions();
  if (std::any_of(mine.begin(), mine.end(),
                  [&to](const subscription& x) { return x.to == &to; }))
    return false;
  mine.push_back(subscription{&to, subscription::joining});
  ++to.subscribed;
  to.unsettled.push(topic::operation{who.ref(), true});
  announce(to);
  return true;
}

bool hub::unsubscribe(connection& who, std::string_view channel) {
  auto known = by_name_.find(channel_id{who.app(), std::string{channel}});
  if (known == by_name_.end())
    return false;
  catch_up(who); // it may prove too slow, and be subscribed to nothing then
  auto& mine = who.subscriptions();
  auto it = std::find_if(mine.begin(), mine.end(), [&](const subscription& x) {
    return x.to == known->to;
  });
  if (it == mine.end())
    return false;
  end_subscription(who, static_cast<std::size_t>(it - mine.begin()));
  return true;
}

std::size_t hub::unsubscribe_all(connection& who) {
  auto& mine = who.subscriptions();
  const auto count = mine.size();
  while (!mine.empty())
    end_subscription(who, mine.size() - 1);
  return count;
}

// Says how many subscribers there are, not what has changed: so it may be said
// again to a channel that took the place of one that failed.
void hub::announce(topic& what) {
  const auto operation = ++what.last_operation;
  const auto& to = shared_.directory_of(what.id);
  if (what.subscribed > 0)
    to.tell(join{what.id, ref(), what.number, what.subscribed, operation});
  else
    to.tell(leave{what.id, ref(), what.number, operation});
}

void hub::end_subscription(connection& who, std::size_t position) {
  auto& from = *who.subscriptions()[position].to;
  remove(who, position);
  --from.subscribed;
  from.unsettled.push(topic::operation{who.ref(), false});
  announce(from);
}

// Takes the subscription at `position` out of both lists. What moves into its
// place is told where it is now.
void hub::remove(connection& who, std::size_t position) {
  auto& mine = who.subscriptions();
  const auto gone = mine[position];
  mine[position] = mine.back();
  mine.pop_back();
  if (position < mine.size()
      && mine[position].position != subscription::joining) {
    auto& moved = mine[position];
    moved.to->subscribers[moved.position].subscription
      = static_cast<std::uint32_t>(position);
  }
  if (gone.position == subscription::joining)
    return;
  auto& others = gone.to->subscribers;
  const auto free = sweep_.remove(*gone.to, gone.position);
  move_subscriber(*gone.to, others.size() - 1, free);
  others.pop_back();
}

void hub::activate(topic& what, connection& who) {
  auto& mine = who.subscriptions();
  auto it = std::find_if(mine.begin(), mine.end(), [&](const subscription& x) {
    return x.to == &what && x.position == subscription::joining;
  });
  if (it == mine.end())
    return; // it has left again meanwhile
  it->position = static_cast<std::uint32_t>(what.subscribers.size());
  what.subscribers.push_back(topic::subscriber{
    &who, static_cast<std::uint32_t>(it - mine.begin()), what.published});
}

void hub::on(const settled& what) {
  auto* to = find(what.topic);
  if (to == nullptr)
    return;
  to->channel = what.channel;
  while (!to->unsettled.empty()
         && to->last_operation - to->unsettled.size() < what.operation) {
    const auto done = to->unsettled.pop();
    auto& who = actor_at<connection>(done.who);
    if (who.ended())
      continue;
    if (done.is_join)
      activate(*to, who);
    who.settled();
  }
  release_if_idle(*to);
}

// What the channel has not answered it never will: the answer of its successor
// settles that, too.
void hub::on(const channel_lost& what) {
  auto* to = find(what.topic);
  if (to == nullptr)
    return;
  to->owed = to->recent = 0;
  std::erase(debtors_, to->number);
  sweep_.release(*to);
  announce(*to);
}

void hub::on(const list_subscribers& what) {
  std::vector<std::string> users;
  if (auto* to = find(what.topic)) {
    users.reserve(to->subscribers.size());
    for (const auto& each : to->subscribers)
      users.push_back(each.who->user());
  }
  what.reply.requester.tell(
    subscribers_listed{what.reply.ticket, std::move(users)});
}

// -- topics ------------------------------------------------------------------

topic& hub::topic_of(channel_id id) {
  if (auto it = by_name_.find(id); it != by_name_.end())
    return *it->to;
  topic_number number{static_cast<std::uint32_t>(topics_.size())};
  if (free_numbers_.empty()) {
    topics_.emplace_back();
  } else {
    number = free_numbers_.back();
    free_numbers_.pop_back();
  }
  auto& place = topics_[static_cast<std::size_t>(number)];
  place = std::make_unique<topic>(topic{std::move(id), number, ++topics_made_});
  by_name_.insert({place.get(), kept_hash(place->id)});
  return *place;
}

topic* hub::find(topic_number number) noexcept {
  const auto at = static_cast<std::size_t>(number);
  return at < topics_.size() ? topics_[at].get() : nullptr;
}

// Nothing is on its way from the channel to an idle topic: its last leave was
// the last that the channel answered.
void hub::release_if_idle(topic& what) {
  if (!what.idle())
    return;
  const auto number = what.number;
  by_name_.erase(by_name_.find(what.id));
  std::erase(debtors_, number);
  sweep_.drop(what);
  topics_[static_cast<std::size_t>(number)].reset();
  free_numbers_.push_back(number);
}

// -- fan-out -----------------------------------------------------------------

void hub::on(const fan_out& what) {
  auto* to = find(what.topic);
  if (to == nullptr) {
    report(what.reply, [] { return std::size_t{0}; });
    return;
  }
  const frame_ptr shared{
    new frame{what.what, home().now(), to->serial, &home().memory()}};
  if (!what.reply.requester && sweep_.takes(*to)) {
    sweep_.add(*to, shared);
  } else {
    const auto before = sweep_.finish(*to);
    report(what.reply, [&] { return deliver_and_count(*to, shared); });
    owe(*to, before + what.what->element.size());
  }
  if (home().memory().has_grown())
    home().mind_memory();
}

void hub::on(const thunderpush::deliver& what) {
  auto& who = actor_at<connection>(what.who);
  report(what.reply, [&] {
    if (who.ended())
      return std::size_t{0};
    deliver_one(
      who, frame_ptr{new frame{what.what, home().now(), 0, &home().memory()}});
    return std::size_t{who.keeps_waiting()};
  });
  if (home().memory().has_grown())
    home().mind_memory();
}

// Behind what was published before.
void hub::deliver_one(connection& who, const frame_ptr& what) {
  catch_up(who);
  who.deliver(what);
}

// Returns at how many it has to wait. From the back: whoever turns out to be
// too slow unsubscribes within the call, and the last one, who has been served,
// takes its place.
std::size_t hub::deliver_and_count(const topic& to, const frame_ptr& what) {
  std::size_t queued = 0;
  for (auto i = to.subscribers.size(); i-- > 0;) {
    prefetch_before(to, i);
    auto& who = *to.subscribers[i].who; // it lives on even if it is closed
    deliver_one(who, what);
    queued += std::size_t{who.keeps_waiting()};
  }
  return queued;
}

// Tells what came of a publication that `deliver` hands over, if it was asked.
template <class Deliver>
void hub::report(const reply_address& to, Deliver&& deliver) {
  const auto& counters = home().counters();
  const auto dropped = counters.dropped_by_policy();
  const auto slow = counters.slow_consumers;
  const auto queued = std::forward<Deliver>(deliver)();
  if (to.requester)
    to.requester.tell(publication_delivered{
      to.ticket, queued, counters.dropped_by_policy() - dropped,
      counters.slow_consumers - slow});
}

void hub::on(const disconnect& what) {
  auto& who = actor_at<connection>(what.who);
  if (!who.ended())
    who.run([&] { who.close(what.reason); });
}

void hub::owe(topic& what, std::size_t bytes) {
  if (what.owed == 0 && what.recent == 0)
    debtors_.push_back(what.number);
  what.recent += bytes;
  if (!payer_->is_linked()) {
    for (const auto number : debtors_)
      if (auto* debtor = find(number))
        debtor->owed += std::exchange(debtor->recent, 0);
    home().flush_later(*payer_);
  }
}

void hub::pay_credit() {
  std::vector<topic_number> still;
  for (const auto number : debtors_) {
    auto* debtor = find(number);
    if (debtor == nullptr)
      continue;
    if (debtor->owed > 0)
      debtor->channel.tell(credit{ref(), std::exchange(debtor->owed, 0)});
    // What came after the payer was queued waits for its next turn.
    debtor->owed = std::exchange(debtor->recent, 0);
    if (debtor->owed > 0)
      still.push_back(number);
  }
  debtors_ = std::move(still);
  if (!debtors_.empty())
    home().flush_later(*payer_);
}

// -- the end -----------------------------------------------------------------

void hub::on(const drain& what) {
  home().set_draining();
  drainer_ = std::make_unique<drainer>(*this, what);
  drainer_->expired();
}

void hub::on_exit(const caf::error&) {
  drainer_.reset();
  payer_.reset();
}

// What the channel says of later operations holds for earlier ones, too; so it
// is asked once more. What was published is lost, and is written off. Whoever
// was to be disconnected goes without a word.
void hub::undelivered(caf::type_erased_tuple& content) {
  if (content.match_elements<settled>()) {
    if (auto* to = find(content.get_as<settled>(0).topic))
      announce(*to);
  } else if (content.match_elements<channel_lost>()) {
    on(content.get_as<channel_lost>(0));
  } else if (content.match_elements<fan_out>()) {
    const auto& lost = content.get_as<fan_out>(0);
    if (auto* to = find(lost.topic))
      owe(*to, lost.what->element.size());
    if (lost.reply.requester)
      answer_failed_request<fan_out>(content);
  } else if (content.match_elements<thunderpush::deliver>()) {
    if (content.get_as<thunderpush::deliver>(0).reply.requester)
      answer_failed_request<thunderpush::deliver>(content);
  } else if (content.match_elements<disconnect>()) {
    content.get_as<disconnect>(0).who.retire();
  } else {
    answer_failed_request<list_subscribers>(content);
  }
}

} // namespace thunderpush
