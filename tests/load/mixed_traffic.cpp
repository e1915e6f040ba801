#include "tests/load/mixed_traffic.hpp"

#include "tests/load/numbered_message.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush::load {

namespace {

constexpr std::chrono::milliseconds pace{2};

// What comes due while a publisher has so much before it is skipped.
constexpr std::size_t most_waiting = 64;

constexpr std::size_t inquirers = 4;

bool all_idle(const std::deque<api_client>& clients) {
  return std::all_of(
    clients.begin(), clients.end(),
    [](const api_client& each) { return each.waiting() == 0; });
}

std::uint64_t throttled(const std::deque<api_client>& clients) {
  std::uint64_t sum = 0;
  for (const auto& each : clients)
    sum += each.throttled();
  return sum;
}

} // namespace

mixed_traffic::mixed_traffic(const scenario_run& run, const rest_api& requests)
  : run_(run),
    requests_(requests),
    // The clients have the streams from 0 on.
    random_(run.settings.seed, run.settings.clients),
    pacer_(run.settings.rate, clock::now()),
    channels_(run.settings.channels) {
  for (std::size_t i = 0; i < run.settings.publishers; ++i)
    publishers_.emplace_back(run.loop, run.settings.server, i);
  for (std::size_t i = 0; i < inquirers; ++i)
    inquirers_.emplace_back(run.loop, run.settings.server, i);
}

std::string mixed_traffic::channel_name(std::size_t channel) {
  return "c" + std::to_string(channel);
}

std::uint64_t mixed_traffic::sent(std::size_t channel) const {
  return channels_[channel].sent;
}

std::uint64_t mixed_traffic::answered(std::size_t channel) const {
  return channels_[channel].answered;
}

void mixed_traffic::remove(std::string_view user,
                           std::function<void()> on_done) {
  ++removals_;
  next_inquirer().send(
    requests_.remove_user(user),
    [this, on_done = std::move(on_done)](const http_response& answer) {
      run_.findings.expect(answer.status == 204,
                           "every removal is answered 204", describe(answer));
      on_done();
    });
}

void mixed_traffic::ask(std::string_view user,
                        std::function<void(bool)> on_answer) {
  next_inquirer().send(
    requests_.ask_user(user),
    [this, on_answer = std::move(on_answer)](const http_response& answer) {
      const auto online = parse_online(answer.body);
      run_.findings.expect(answer.status == 200 && online,
                           "GET users/U/ says whether the user is online",
                           describe(answer));
      on_answer(online.value_or(false));
    });
}

api_client& mixed_traffic::next_inquirer() {
  return inquirers_[inquiries_++ % inquirers_.size()];
}

void mixed_traffic::start() {
  pacer_ = pacer{run_.settings.rate, clock::now()};
  tick();
}

bool mixed_traffic::idle() const {
  return all_idle(publishers_) && all_idle(inquirers_);
}

void mixed_traffic::close() {
  for (auto& each : publishers_)
    each.close();
  for (auto& each : inquirers_)
    each.close();
}

void mixed_traffic::report_figures() const {
  run_.findings.found("published", published_);
  run_.findings.found("counted", counted_);
  run_.findings.found("removals", removals_);
  run_.findings.found("skipped", skipped_);
  run_.findings.found("throttled", throttled(publishers_));
}

void mixed_traffic::tick() {
  for (auto due = pacer_.take(clock::now()); due > 0; --due)
    publish(random_.between<std::size_t>(0, channels_.size() - 1));
  timer_ = run_.loop.after(pace, [this] { tick(); });
}

void mixed_traffic::publish(std::size_t to) {
  auto& publisher = publishers_[to % publishers_.size()];
  if (publisher.waiting() >= most_waiting) {
    ++skipped_;
    return;
  }
  auto& target = channels_[to];
  const auto body
    = to_body({static_cast<std::uint32_t>(to), target.sent, clock::now()});
  ++target.sent;
  target.subscribers.sent();
  publisher.send(
    requests_.post_to_channel(channel_name(to), body),
    [this, to](const http_response& answer) { published(to, answer); });
}

void mixed_traffic::published(std::size_t to, const http_response& answer) {
  auto& target = channels_[to];
  const auto number = target.answered++;
  const auto bounds = target.subscribers.answered();
  const auto count = parse_count(answer.body);
  const auto what = channel_name(to) + " number " + std::to_string(number);
  if (answer.status != 200 || !count) {
    run_.findings.broke("every publish is answered 200 and a count",
                        what + ": " + describe(answer));
    return;
  }
  ++published_;
  counted_ += *count;
  const auto counted = static_cast<std::int64_t>(*count);
  run_.findings.expect(
    bounds.least <= counted && counted <= bounds.most,
    "the count of a publish is that of the channel's subscribers",
    what + ": counted " + std::to_string(*count) + ", subscribed were "
      + std::to_string(bounds.least) + " to " + std::to_string(bounds.most));
}

} // namespace thunderpush::load
