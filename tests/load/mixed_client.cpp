#include "tests/load/mixed_client.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace thunderpush::load {

namespace {

using std::chrono::milliseconds;

// Milliseconds.
constexpr int time_away = 1'000;
constexpr int opening_time = 20;
constexpr int short_listening = 8'000;
constexpr int long_listening = 25'000;
constexpr int long_listenings_percent = 15;
constexpr int drop_time = 50;
constexpr milliseconds between_questions{200};
/// A stream ends only when it is full.
constexpr milliseconds longest_wait_for_silence{15'000};

constexpr int most_steps = 4;
constexpr int most_channels = 4;
/// So much of the disconnect delay a pause lasts at most.
constexpr int longest_pause_percent = 60;

} // namespace

std::uint64_t mixed_figures::received() const {
  return std::accumulate(received_over.begin(), received_over.end(),
                         std::uint64_t{0});
}

mixed_client::mixed_client(const scenario_run& run, mixed_traffic& traffic,
                           mixed_figures& figures, std::size_t index)
  : run_(run),
    traffic_(traffic),
    figures_(figures),
    random_(run.settings.seed, index),
    index_(index) {}

void mixed_client::start(milliseconds within) {
  end_life(within);
}

void mixed_client::stop() {
  stopping_ = true;
  if (phase_ == phase::away)
    timer_.cancel();
  else if (phase_ == phase::listening)
    wait(milliseconds{0}, [this] { leave(); });
}

std::string mixed_client::describe() const {
  constexpr std::array<std::string_view, 10> names{
    "away",           "opening", "commanding", "listening", "settling",
    "falling silent", "silent",  "removing",   "departing", "watching"};
  return name() + std::string{names[static_cast<std::size_t>(phase_)]};
}

// -- opening -----------------------------------------------------------------

void mixed_client::begin() {
  life_ = figures_.lives++;
  how_ = session_transports[random_.between<std::size_t>(
    0, session_transports.size() - 1)];
  ++figures_.lives_over[static_cast<std::size_t>(how_)];
  departure_ = some_departure();
  steps_left_ = random_.between(0, most_steps);
  if (!keeps_user_)
    user_ = "m" + std::to_string(index_) + "-" + std::to_string(life_);
  said_who_ = false;
  taken_up_at_.reset();
  answered_removal_ = false;
  out_of_touch_ = false;
  close_code_ = 0;
  channels_.clear();
  session_
    = make_push_session(run_.loop, *this, run_.settings.server, how_, life_);
  phase_ = phase::opening;
  session_->open();
  // Half of those who abandon it do so before it is open.
  if (departure_ == departure::right_after_opening && random_.chance(50))
    wait(some_time(0, opening_time), [this] {
      session_->drop(random_.chance(50));
      left(departure::right_after_opening);
    });
  else
    expect_within(2 * run_.settings.grace, "every session opens");
}

void mixed_client::on_open() {
  if (departure_ == departure::right_after_opening) {
    phase_ = phase::departing;
    if (!is_websocket(how_) && random_.chance(50)) {
      session_->fall_silent();
      wait(some_time(0, time_away), [this] {
        session_->drop(false);
        left(departure::right_after_opening);
      });
      return;
    }
    session_->drop(random_.chance(50));
    left(departure::right_after_opening);
    return;
  }
  said_who_ = true;
  command({"CONNECT " + user_ + ":" + run_.settings.who.key}, {},
          some_channels(most_channels));
}

// -- steps -------------------------------------------------------------------

void mixed_client::plan_step() {
  phase_ = phase::listening;
  if (stopping_) {
    wait(milliseconds{0}, [this] { leave(); });
    return;
  }
  const int longest = random_.chance(long_listenings_percent) ? long_listening
                                                              : short_listening;
  wait(some_time(50, longest), [this] { step(); });
}

void mixed_client::step() {
  if (steps_left_-- <= 0)
    leave();
  else if (!is_websocket(how_) && random_.chance(50))
    pause();
  else
    settle([this] { change_subscriptions(); });
}

void mixed_client::change_subscriptions() {
  auto wanted = some_channels(most_channels);
  std::vector<std::size_t> unsubscribe;
  for (const auto each : subscribed_to())
    if (random_.chance(60))
      unsubscribe.push_back(each);
  std::erase_if(wanted, [this](std::size_t each) {
    const auto known = channels_.find(each);
    return known != channels_.end() && known->second.record.open();
  });
  // Now and then back to one it leaves with the same commands.
  if (!unsubscribe.empty() && random_.chance(20))
    wanted.push_back(unsubscribe.front());
  if (unsubscribe.empty() && wanted.empty())
    plan_step();
  else
    command({}, unsubscribe, wanted);
}

void mixed_client::command(std::vector<std::string> commands,
                           const std::vector<std::size_t>& unsubscribe,
                           const std::vector<std::size_t>& subscribe) {
  const auto list = [](std::string word, const std::vector<std::size_t>& of) {
    char separator = ' ';
    for (const auto each : of) {
      word += separator;
      word += mixed_traffic::channel_name(each);
      separator = ':';
    }
    return word;
  };
  for (const auto each : unsubscribe)
    set_certain(each, false);
  if (!unsubscribe.empty())
    commands.push_back(list("UNSUBSCRIBE", unsubscribe));
  for (const auto each : subscribe) {
    channels_[each].record.subscribing(traffic_.answered(each));
    set_possible(each, true);
  }
  if (!subscribe.empty())
    commands.push_back(list("SUBSCRIBE", subscribe));
  figures_.unsubscriptions += unsubscribe.size();
  figures_.subscriptions += subscribe.size();
  unsubscribing_ = unsubscribe;
  subscribing_ = subscribe;
  phase_ = phase::commanding;
  expect_within(2 * run_.settings.grace, "commands are carried out in time");
  session_->send(commands);
}

void mixed_client::on_commands_taken() {
  for (const auto each : unsubscribing_) {
    if (std::find(subscribing_.begin(), subscribing_.end(), each)
        != subscribing_.end())
      continue;
    channels_[each].record.left(traffic_.sent(each));
    set_possible(each, false);
  }
  for (const auto each : subscribing_) {
    channels_[each].record.subscribed(traffic_.sent(each));
  }
  out_of_touch_ = false;
  all_is_certain();
  if (phase_ == phase::commanding)
    plan_step();
}

// -- what must have come -----------------------------------------------------

void mixed_client::settle(std::function<void()> then) {
  for (const auto each : subscribed_to())
    channels_[each].record.leaving(traffic_.answered(each));
  phase_ = phase::settling;
  after_settling_ = std::move(then);
  ++figures_.comparisons;
  wait(2 * run_.settings.grace, [this] {
    for (const auto& [which, known] : channels_)
      if (!known.record.complete())
        run_.findings.broke(
          "a subscriber gets all that is published while it is there",
          name() + "channel " + mixed_traffic::channel_name(which) + ": "
            + known.record.missing());
    std::exchange(after_settling_, nullptr)();
  });
  continue_if_settled();
}

void mixed_client::continue_if_settled() {
  const bool complete
    = std::all_of(channels_.begin(), channels_.end(), [](const auto& each) {
        return each.second.record.complete();
      });
  if (!complete)
    return;
  timer_.cancel();
  std::exchange(after_settling_, nullptr)();
}

void mixed_client::on_delivery(const delivery& what) {
  ++figures_.received_over[static_cast<std::size_t>(how_)];
  if (taken_up_at_ == session_->responses())
    ++figures_.received_after_pauses;
  const bool in_touch = phase_ == phase::listening || phase_ == phase::settling;
  if (in_touch && std::exchange(out_of_touch_, false))
    all_is_certain();
  const std::size_t which = what.message.stream;
  const auto known = channels_.find(which);
  if (known == channels_.end()
      || what.channel != mixed_traffic::channel_name(which)) {
    run_.findings.broke("only messages of subscribed channels arrive",
                        name() + "got number "
                          + std::to_string(what.message.number) + " of channel "
                          + std::string{what.channel});
    return;
  }
  if (const auto wrong = known->second.record.note(what.message.number))
    run_.findings.broke(
      "of each subscription a contiguous run arrives, in order and once",
      name() + "channel " + std::string{what.channel} + ": " + *wrong);
  if (phase_ == phase::settling)
    continue_if_settled();
}

// -- pauses ------------------------------------------------------------------

void mixed_client::pause() {
  phase_ = phase::falling_silent;
  wait(longest_wait_for_silence, [this] {
    session_->ask_again(false);
    plan_step();
  });
  session_->fall_silent();
}

void mixed_client::take_up_again() {
  ++figures_.pauses;
  if (is_polling(how_))
    taken_up_at_ = session_->responses();
  session_->ask_again(random_.chance(50));
  plan_step();
}

void mixed_client::on_silent() {
  const int longest
    = static_cast<int>(delay().count()) * longest_pause_percent / 100;
  if (phase_ == phase::falling_silent && departure_ == departure::removal
      && steps_left_ < 0) {
    remove();
  } else if (phase_ == phase::falling_silent) {
    phase_ = phase::silent;
    // On a busy machine the pause may last until the session is forgotten.
    out_of_touch_ = true;
    nothing_is_certain();
    wait(some_time(1, longest), [this] { take_up_again(); });
  } else if (phase_ == phase::departing && departure_ == departure::silence) {
    nothing_is_certain();
    left(departure::silence);
  }
}

void mixed_client::on_forgotten(clock::duration silence) {
  if (silence < delay()) {
    const auto span = std::chrono::duration_cast<milliseconds>(silence);
    give_up("a session is kept for the disconnect delay",
            name() + "forgotten after at most " + std::to_string(span.count())
              + " ms");
    return;
  }
  ++figures_.overslept;
  nothing_is_certain();
  left(departure::silence);
}

// -- leaving -----------------------------------------------------------------

void mixed_client::leave() {
  steps_left_ = -1;
  if (departure_ != departure::removal)
    settle([this] { depart(); });
  else if (is_polling(how_) && random_.chance(50))
    pause();
  else
    remove();
}

void mixed_client::depart() {
  phase_ = phase::departing;
  switch (departure_) {
  case departure::close_handshake:
    nothing_is_certain();
    expect_within(2 * run_.settings.grace,
                  "a close frame is answered by a close frame");
    session_->close();
    return;
  case departure::silence:
    if (is_websocket(how_) || is_polling(how_) || !stopping_) {
      // Of a stream the end may be far.
      wait(is_polling(how_) ? 4 * longest_wait_for_silence
                            : longest_wait_for_silence,
           [this] {
             departure_ = departure::fin;
             depart();
           });
      if (is_websocket(how_))
        nothing_is_certain();
      session_->fall_silent();
      return;
    }
    [[fallthrough]];
  default:
    // Not from inside a delivery: then a poll would just have ended.
    if (departure_ == departure::silence)
      departure_ = departure::fin;
    wait(some_time(0, drop_time), [this] {
      nothing_is_certain();
      session_->drop(departure_ == departure::reset);
      left(departure_);
    });
  }
}

void mixed_client::remove() {
  const bool silent = phase_ == phase::falling_silent;
  phase_ = phase::removing;
  ++figures_.comparisons;
  for (const auto each : subscribed_to())
    channels_[each].record.leaving(traffic_.answered(each));
  nothing_is_certain();
  expect_within(4 * run_.settings.grace, "a removal closes a session");
  traffic_.remove(user_, [this, life = life_, silent] {
    if (life != life_ || phase_ != phase::removing)
      return;
    for (const auto each : subscribed_to())
      channels_[each].record.left(traffic_.sent(each));
    nothing_is_possible();
    if (silent)
      session_->ask_again(random_.chance(50));
    traffic_.ask(user_, [this, life](bool online) {
      run_.findings.expect(!online, "a user is offline once it was removed",
                           name() + "still online");
      if (life != life_ || phase_ != phase::removing)
        return;
      answered_removal_ = true;
      if (close_code_ != 0)
        finish_removal();
    });
  });
}

void mixed_client::on_closed(std::uint16_t code) {
  const auto detail = name() + "close code " + std::to_string(code);
  if (phase_ == phase::departing && departure_ == departure::close_handshake) {
    left(departure::close_handshake);
    return;
  }
  if (phase_ == phase::departing && close_code_ != 0) {
    run_.findings.expect(code == close_code_,
                         "a closed session repeats its close frame", detail);
    ++figures_.repeated_farewells;
    session_->drop(false);
    left(departure::removal);
    return;
  }
  if (phase_ != phase::removing) {
    give_up("no session ends unasked", detail);
    return;
  }
  run_.findings.expect(means_removed(code), "a removed session is told so",
                       detail);
  close_code_ = code;
  for (const auto& [which, known] : channels_)
    run_.findings.expect(
      known.record.complete(),
      "what was published before a removal comes before the close frame",
      name() + "channel " + mixed_traffic::channel_name(which) + ": "
        + known.record.missing());
  if (answered_removal_)
    finish_removal();
}

void mixed_client::finish_removal() {
  phase_ = phase::departing;
  if (is_websocket(how_) || random_.chance(50)) {
    session_->drop(false);
    left(departure::removal);
    return;
  }
  const int longest = static_cast<int>(delay().count()) / 2;
  wait(some_time(1, longest), [this] {
    expect_within(2 * run_.settings.grace,
                  "a closed session repeats its close frame");
    session_->ask_again(random_.chance(50));
  });
}

void mixed_client::on_failure(const std::string& reason) {
  if (phase_ == phase::away || phase_ == phase::watching)
    return;
  give_up(phase_ == phase::opening ? "every session opens"
                                   : "no session ends unasked",
          name() + reason);
}

void mixed_client::give_up(std::string_view expectation,
                           const std::string& detail) {
  run_.findings.broke(expectation, detail);
  session_->drop(true);
  nothing_is_certain();
  left(departure::reset);
}

// -- away --------------------------------------------------------------------

void mixed_client::left(departure how) {
  figures_.responses += session_->responses();
  ++figures_.left_by[static_cast<std::size_t>(how)];
  departure_ = how;
  // A removal was seen to; who never said who it is is nobody.
  if (!said_who_ || how == departure::removal) {
    end_life(some_time(0, time_away));
    return;
  }
  const bool needs_session = is_websocket(how_) && how == departure::silence;
  if (!stopping_ && !needs_session && random_.chance(40)) {
    return_at_once();
    return;
  }
  const auto now = clock::now();
  watch(now, std::max(now + longest_presence(), remains_until_));
}

void mixed_client::return_at_once() {
  ++figures_.returned_at_once;
  keeps_user_ = true;
  remains_until_ = clock::now() + longest_presence();
  std::vector<std::size_t> still;
  for (const auto& [which, known] : channels_)
    if (known.possible)
      still.push_back(which);
  remains_.push_back(
    run_.loop.after(longest_presence(), [this, still = std::move(still)] {
      for (const auto each : still)
        traffic_.subscribers(each).possible(-1);
      remains_.pop_front();
    }));
  end_life(some_time(0, drop_time));
}

void mixed_client::watch(clock::time_point since, clock::time_point deadline) {
  phase_ = phase::watching;
  timer_.cancel();
  traffic_.ask(user_, [this, since, deadline](bool online) {
    const auto now = clock::now();
    if (online && now < deadline) {
      wait(between_questions,
           [this, since, deadline] { watch(since, deadline); });
      return;
    }
    run_.findings.expect(!online, "a user that has left goes offline in time",
                         name() + "still online");
    const auto which = static_cast<std::size_t>(departure_);
    if (since > remains_until_) {
      const std::chrono::duration<double> spent = now - since;
      ++figures_.seen_offline[which];
      figures_.seconds_online_after[which] += spent.count();
      figures_.most_seconds_online_after[which]
        = std::max(figures_.most_seconds_online_after[which], spent.count());
    }
    nothing_is_possible();
    keeps_user_ = random_.chance(50);
    end_life(some_time(0, time_away));
  });
}

void mixed_client::end_life(milliseconds pause) {
  phase_ = phase::away;
  if (stopping_)
    timer_.cancel();
  else
    wait(pause, [this] { begin(); });
}

// -- bookkeeping -------------------------------------------------------------

void mixed_client::wait(milliseconds span, std::function<void()> then) {
  timer_ = run_.loop.after(span, std::move(then));
}

void mixed_client::expect_within(milliseconds span,
                                 std::string_view expectation) {
  wait(span, [this, expectation] { give_up(expectation, describe()); });
}

void mixed_client::set_certain(std::size_t which, bool is) {
  if (std::exchange(channels_[which].certain, is) != is)
    traffic_.subscribers(which).certain(is ? 1 : -1);
}

void mixed_client::set_possible(std::size_t which, bool is) {
  if (std::exchange(channels_[which].possible, is) != is)
    traffic_.subscribers(which).possible(is ? 1 : -1);
}

void mixed_client::nothing_is_certain() {
  for (const auto& [which, known] : channels_)
    set_certain(which, false);
}

void mixed_client::all_is_certain() {
  for (const auto each : subscribed_to())
    set_certain(each, true);
}

void mixed_client::nothing_is_possible() {
  for (const auto& [which, known] : channels_)
    set_possible(which, false);
}

std::vector<std::size_t> mixed_client::subscribed_to() const {
  std::vector<std::size_t> result;
  for (const auto& [which, known] : channels_)
    if (known.record.open())
      result.push_back(which);
  return result;
}

std::vector<std::size_t> mixed_client::some_channels(int most) {
  std::vector<std::size_t> result;
  for (int i = random_.between(1, most); i > 0; --i) {
    const auto each = random_.between<std::size_t>(0, traffic_.channels() - 1);
    if (std::find(result.begin(), result.end(), each) == result.end())
      result.push_back(each);
  }
  return result;
}

departure mixed_client::some_departure() {
  const auto chosen
    = static_cast<departure>(random_.between<std::size_t>(0, departures - 1));
  // HTTP has no handshake: clients of that kind just ask no more.
  if (chosen == departure::close_handshake && !is_websocket(how_))
    return departure::silence;
  return chosen;
}

milliseconds mixed_client::delay() const {
  return run_.settings.disconnect_delay;
}

/// How long the server may take to miss a client, whatever way it left.
milliseconds mixed_client::longest_presence() const {
  const bool is_mute = is_websocket(how_) && departure_ == departure::silence;
  return (is_mute ? run_.settings.ping_timeout : run_.settings.disconnect_delay)
         + run_.settings.grace;
}

milliseconds mixed_client::some_time(int least, int most) {
  return milliseconds{random_.between(least, std::max(least, most))};
}

std::string mixed_client::name() const {
  return "client " + std::to_string(index_) + " over "
         + std::string{to_string(how_)} + " as " + user_ + " in session "
         + std::to_string(life_) + ": ";
}

} // namespace thunderpush::load
