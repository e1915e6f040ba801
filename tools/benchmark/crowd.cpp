#include "tools/benchmark/crowd.hpp"

#include <algorithm>
#include <string>

namespace thunderpush::benchmark {

namespace {

constexpr std::size_t handshakes_at_a_time = 128;

// Between two looks at the publishers.
constexpr std::size_t reads_at_a_time = 64;

constexpr std::size_t progress_step = 5'000;

} // namespace

crowd::crowd(load::event_loop& loop, const load::endpoint& server,
             const dialect& speaks, const settings& how, load::report& findings)
  : loop_(loop), server_(server), how_(how), findings_(findings) {
  subscriber_events& owner = *this; // nobody else may know it as that
  for (std::size_t i = 0; i < how_.subscribers; ++i)
    members_.emplace_back(
      loop, owner, speaks,
      subscriber::identity{i, how_.first_client + i,
                           how_.first_channel + channel_of(i)});
}

bool crowd::connect(const std::function<void(std::size_t)>& on_progress) {
  std::size_t told = 0;
  const bool ended = loop_.run_until([this, &on_progress, &told] {
    connect_some();
    if (subscribed_ / progress_step != told / progress_step)
      on_progress(told = subscribed_);
    return subscribed_ + failed_ == members_.size();
  });
  findings_.expect(ended, "all clients connect in time",
                   std::to_string(subscribed_) + " of "
                     + std::to_string(members_.size()) + " are connected");
  return ended && failed_ == 0;
}

void crowd::connect_some() {
  const auto end
    = std::min(subscribed_ + failed_ + handshakes_at_a_time, members_.size());
  while (started_ < end)
    members_[started_++].connect(server_);
}

void crowd::on_subscribed(std::size_t) {
  ++subscribed_;
}

void crowd::on_text(std::size_t position, std::string_view text) {
  if (on_text_)
    on_text_(position, text);
}

void crowd::on_end(std::size_t position, const load::connection_end& end) {
  findings_.broke("every client connects and stays connected",
                  "client " + std::to_string(position) + ": " + end.reason
                    + ", close code " + std::to_string(end.code));
  if (subscribed_ < members_.size())
    ++failed_;
}

void crowd::read_in_rounds(std::chrono::milliseconds round) {
  round_ = round;
  next_round_ = load::clock::now();
  for (auto& each : members_)
    each.leave_loop();
}

load::clock::time_point crowd::read_some() {
  if (round_.count() == 0)
    return load::clock::time_point::max();
  if (turn_ == 0) {
    const auto now = load::clock::now();
    if (now < next_round_)
      return next_round_;
    next_round_ = now + round_;
  }
  const auto end = std::min(turn_ + reads_at_a_time, members_.size());
  for (; turn_ < end; ++turn_)
    members_[turn_].read_now();
  if (turn_ < members_.size())
    return load::clock::now();
  turn_ = 0;
  return next_round_;
}

std::size_t crowd::subscribers_of(std::size_t channel) const {
  const auto all = members_.size();
  return all / how_.channels + (channel < all % how_.channels ? 1 : 0);
}

void crowd::leave() {
  for (auto& each : members_)
    each.leave();
}

} // namespace thunderpush::benchmark
