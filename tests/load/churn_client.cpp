#include "tests/load/churn_client.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush::load {

namespace {

using std::chrono::milliseconds;

// Milliseconds. Most lives are short, which makes the churn; the long ones
// outlast twice the grace, which makes the comparisons.
constexpr int pause = 500;
constexpr int half_upgrade = 300;
constexpr int short_life = 3'000;
constexpr int long_life = 20'000;
constexpr int long_lives_percent = 30;
constexpr int most_changes = 3;

/// The code that says that the user was removed, on either transport.
bool means_removed(std::uint16_t code) {
  return code == 9002 || code == 4002;
}

} // namespace

churn_client::churn_client(const scenario_run& run,
                           const churn_traffic& traffic, churn_figures& figures,
                           std::size_t index)
  : run_(run),
    traffic_(traffic),
    figures_(figures),
    random_(run.settings.seed, index),
    client_(run.loop, *this, run.settings.how, index) {}

void churn_client::start(milliseconds within) {
  next_step_ = run_.loop.after(some_time(0, static_cast<int>(within.count())),
                               [this] { begin(); });
}

void churn_client::stop() {
  stopping_ = true;
  switch (phase_) {
  case phase::away:
    next_step_.cancel();
    break;
  case phase::upgrading_halfway:
  case phase::live:
    vanish();
    break;
  case phase::connecting:
    client_.abandon();
    end_life();
    break;
  case phase::leaving:
    break;
  }
}

void churn_client::begin() {
  const auto n = figures_.lives++;
  user_ = random_.between<std::size_t>(0, traffic_.users() - 1);
  farewell_
    = static_cast<farewell>(random_.between<std::size_t>(0, farewells - 1));
  changes_left_ = random_.between(0, most_changes);
  subscriptions_.clear();
  own_numbers_ = {};
  if (farewell_ == farewell::halfway_through_the_upgrade) {
    phase_ = phase::upgrading_halfway;
    client_.connect_halfway(run_.settings.server, n);
    next_step_
      = run_.loop.after(some_time(1, half_upgrade), [this] { vanish(); });
    return;
  }
  phase_ = phase::connecting;
  client_.connect(run_.settings.server, n);
  next_step_ = run_.loop.after(2 * run_.settings.grace, [this] {
    client_.abandon();
    run_.findings.broke("every client connects",
                        name() + "not open after twice the grace");
    end_life();
  });
}

void churn_client::on_ready(push_client& client) {
  phase_ = phase::live;
  since_ = clock::now();
  client.command("CONNECT " + churn_traffic::user_id(user_) + ":"
                 + run_.settings.who.key);
  std::vector<std::size_t> channels;
  for (int i = random_.between(1, 3); i > 0; --i)
    channels.push_back(
      random_.between<std::size_t>(0, churn_traffic::channels - 1));
  subscribe(std::move(channels));
  step();
}

void churn_client::step() {
  const int whole_life
    = random_.chance(long_lives_percent) ? long_life : short_life;
  const auto delay = some_time(50, whole_life);
  if (changes_left_-- > 0)
    next_step_ = run_.loop.after(delay, [this] {
      change_subscriptions();
      step();
    });
  else
    next_step_ = run_.loop.after(delay, [this] { vanish(); });
}

void churn_client::change_subscriptions() {
  for (auto& candidate : subscriptions_)
    if (!candidate.until && random_.chance(50))
      unsubscribe(candidate);
  // Now and then to one it has just left, without waiting.
  if (random_.chance(30))
    subscribe({subscriptions_.front().channel});
  if (random_.chance(50))
    subscribe({random_.between<std::size_t>(0, churn_traffic::channels - 1)});
}

void churn_client::subscribe(std::vector<std::size_t> channels) {
  const auto now = clock::now();
  std::string command = "SUBSCRIBE ";
  for (const auto channel : channels) {
    if (!command.ends_with(' '))
      command += ':';
    command += churn_traffic::channel_name(channel);
    ++figures_.subscriptions;
    auto* known = find(channel);
    if (!known) {
      subscriptions_.push_back({channel, now, std::nullopt, {}});
    } else if (known->until) {
      known->numbers.permit_gap();
      known->since = now;
      known->until.reset();
    }
  }
  client_.command(command);
}

void churn_client::unsubscribe(subscription& from) {
  compare(traffic_.channel_stream(from.channel), from.numbers, from.since);
  from.until = clock::now();
  ++figures_.unsubscriptions;
  client_.command("UNSUBSCRIBE " + churn_traffic::channel_name(from.channel));
}

void churn_client::vanish() {
  if (phase_ == phase::live)
    compare_all();
  ++figures_.vanished[static_cast<std::size_t>(farewell_)];
  phase_ = phase::leaving;
  switch (farewell_) {
  case farewell::close_handshake:
    client_.close();
    break;
  case farewell::fin:
    client_.finish();
    break;
  case farewell::halfway_through_a_frame:
    client_.command_halfway("SUBSCRIBE " + churn_traffic::channel_name(0));
    [[fallthrough]];
  case farewell::halfway_through_the_upgrade:
    if (random_.chance(50))
      client_.abandon();
    else
      client_.reset();
    end_life();
    return;
  case farewell::reset:
    client_.reset();
    end_life();
    return;
  }
  next_step_ = run_.loop.after(2 * run_.settings.grace, [this] {
    client_.abandon();
    run_.findings.broke("the server ends a connection that has said goodbye",
                        name() + "still open after twice the grace");
    end_life();
  });
}

void churn_client::end_life() {
  phase_ = phase::away;
  if (stopping_)
    next_step_.cancel();
  else
    start(milliseconds{pause});
}

void churn_client::on_end(push_client&, const connection_end& end) {
  const bool removed
    = means_removed(end.code) && traffic_.may_be_removed(user_, since_);
  const auto detail
    = name() + end.reason + ", close code " + std::to_string(end.code);
  if (phase_ == phase::connecting)
    run_.findings.broke("every client connects", detail);
  else if (phase_ == phase::live && removed)
    ++figures_.removed;
  else if (phase_ == phase::live)
    run_.findings.broke("no connection ends unasked", detail);
  else if (phase_ == phase::leaving && end.code == 0
           && farewell_ == farewell::close_handshake)
    run_.findings.broke("a close frame is answered by a close frame", detail);
  end_life();
}

void churn_client::on_delivery(push_client&, const delivery& what) {
  ++figures_.received;
  if (!what.channel.empty())
    note_channel_message(what);
  else if (what.message.stream == traffic_.user_stream(user_))
    note_number(own_numbers_, what);
  else
    run_.findings.broke("every user gets only its own messages",
                        name() + "got one of stream "
                          + std::to_string(what.message.stream));
}

void churn_client::note_channel_message(const delivery& what) {
  const std::size_t channel = what.message.stream;
  auto* known = find(channel);
  if (!known || what.channel != churn_traffic::channel_name(channel)) {
    run_.findings.broke("only messages of subscribed channels arrive",
                        name() + "got one of channel "
                          + std::string{what.channel});
    return;
  }
  const auto settled
    = known->until.value_or(known->since) + run_.settings.grace;
  const bool is_settled = what.message.posted > settled;
  if (is_settled && known->until)
    run_.findings.broke("nothing arrives after unsubscribing",
                        name() + "got number "
                          + std::to_string(what.message.number) + " of channel "
                          + std::string{what.channel});
  note_number(known->numbers, what);
  // The gap of a second subscription lies before its first message.
  if (is_settled)
    known->numbers.forbid_gap();
}

void churn_client::note_number(sequence& numbers, const delivery& what) {
  const auto expected = numbers.next();
  const auto how = numbers.note(what.message.number);
  if (how == arrival::in_order)
    return;
  run_.findings.broke(
    how == arrival::duplicate ? "no message arrives twice"
                              : "messages arrive in order and without gaps",
    name() + "stream " + std::to_string(what.message.stream) + ": got "
      + std::to_string(what.message.number) + " where "
      + std::to_string(expected) + " was expected");
}

void churn_client::compare(std::uint32_t stream, const sequence& numbers,
                           clock::time_point since) {
  const auto due = traffic_.log(stream).published_between(
    since + run_.settings.grace, clock::now() - run_.settings.grace);
  // A removal may already have cut the connection off.
  if (!due || traffic_.may_be_removed(user_, since_))
    return;
  ++figures_.comparisons;
  const bool all = numbers.first() && *numbers.first() <= due->first
                   && numbers.next() > due->last;
  run_.findings.expect(
    all, "a subscriber gets all that is published while it is there",
    name() + "stream " + std::to_string(stream) + ": must have "
      + std::to_string(due->first) + " to " + std::to_string(due->last)
      + ", has "
      + (numbers.first() ? std::to_string(*numbers.first()) + " to "
                             + std::to_string(numbers.next() - 1)
                         : std::string{"nothing"}));
}

void churn_client::compare_all() {
  run_.findings.expect(!traffic_.must_be_removed(user_, since_),
                       "a removal closes the user's connections",
                       name() + "still open");
  compare(traffic_.user_stream(user_), own_numbers_, since_);
  for (const auto& each : subscriptions_)
    if (!each.until)
      compare(traffic_.channel_stream(each.channel), each.numbers, each.since);
}

churn_client::subscription* churn_client::find(std::size_t channel) {
  const auto found = std::find_if(
    subscriptions_.begin(), subscriptions_.end(),
    [channel](const subscription& each) { return each.channel == channel; });
  return found == subscriptions_.end() ? nullptr : &*found;
}

std::string churn_client::name() const {
  return "client " + std::to_string(client_.index()) + " as "
         + churn_traffic::user_id(user_) + ": ";
}

milliseconds churn_client::some_time(int least, int most) {
  return milliseconds{random_.between(least, most)};
}

} // namespace thunderpush::load
