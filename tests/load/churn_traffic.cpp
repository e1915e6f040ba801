#include "tests/load/churn_traffic.hpp"

#include "tests/load/numbered_message.hpp"

#include <algorithm>

namespace thunderpush::load {

namespace {

constexpr std::chrono::milliseconds pace{1};

// What comes due while a publisher has so much before it is skipped.
constexpr std::size_t most_waiting = 64;

constexpr int removal_percent = 2;
constexpr int user_percent = 38;

} // namespace

churn_traffic::churn_traffic(const scenario_run& run, const rest_api& requests)
  : run_(run),
    requests_(requests),
    users_(std::max<std::size_t>(1, run.settings.clients / 4)),
    // The clients have the streams from 0 on.
    random_(run.settings.seed, run.settings.clients),
    pacer_(run.settings.rate, clock::now()),
    logs_(channels + users_),
    removals_(users_) {
  for (std::size_t i = 0; i < run.settings.publishers; ++i)
    publishers_.emplace_back(run.loop, run.settings.server, i);
}

std::string churn_traffic::channel_name(std::size_t channel) {
  return "c" + std::to_string(channel);
}

std::string churn_traffic::user_id(std::size_t user) {
  return "u" + std::to_string(user);
}

std::uint32_t churn_traffic::channel_stream(std::size_t channel) const {
  return static_cast<std::uint32_t>(channel);
}

std::uint32_t churn_traffic::user_stream(std::size_t user) const {
  return static_cast<std::uint32_t>(channels + user);
}

bool churn_traffic::may_be_removed(std::size_t user,
                                   clock::time_point since) const {
  const auto& last = removals_[user];
  return last.unanswered > 0 || last.answered >= since;
}

bool churn_traffic::must_be_removed(std::size_t user,
                                    clock::time_point since) const {
  const auto& last = removals_[user];
  return last.posted >= since + run_.settings.grace
         && last.answered + run_.settings.grace <= clock::now();
}

void churn_traffic::start() {
  pacer_ = pacer{run_.settings.rate, clock::now()};
  tick();
}

bool churn_traffic::idle() const {
  return std::all_of(
    publishers_.begin(), publishers_.end(),
    [](const api_client& publisher) { return publisher.waiting() == 0; });
}

void churn_traffic::close() {
  for (auto& publisher : publishers_)
    publisher.close();
}

void churn_traffic::report_figures() const {
  std::uint64_t throttled = 0;
  for (const auto& publisher : publishers_)
    throttled += publisher.throttled();
  run_.findings.found("published", published_);
  run_.findings.found("counted", counted_);
  run_.findings.found("removals", removed_);
  run_.findings.found("skipped", skipped_);
  run_.findings.found("throttled", throttled);
}

void churn_traffic::tick() {
  for (auto due = pacer_.take(clock::now()); due > 0; --due)
    post_something();
  timer_ = run_.loop.after(pace, [this] { tick(); });
}

void churn_traffic::post_something() {
  const auto user = random_.between<std::size_t>(0, users_ - 1);
  const auto channel = random_.between<std::size_t>(0, channels - 1);
  const int choice = random_.between(1, 100);
  if (choice <= removal_percent)
    remove(user);
  else if (choice <= removal_percent + user_percent)
    publish(user_stream(user));
  else
    publish(channel_stream(channel));
}

void churn_traffic::publish(std::uint32_t stream) {
  auto& publisher = publishers_[stream % publishers_.size()];
  if (publisher.waiting() >= most_waiting) {
    ++skipped_;
    return;
  }
  const auto now = clock::now();
  const auto number = logs_[stream].post(now);
  const auto body = to_body({stream, number, now});
  publisher.send(stream < channels
                   ? requests_.post_to_channel(channel_name(stream), body)
                   : requests_.post_to_user(user_id(stream - channels), body),
                 [this, stream, number](const http_response& answer) {
                   logs_[stream].answered(number, clock::now());
                   if (!check(answer, 200))
                     return;
                   ++published_;
                   if (const auto count = parse_count(answer.body))
                     counted_ += *count;
                   else
                     run_.findings.broke(
                       "every publish is answered with a count",
                       describe(answer));
                 });
}

void churn_traffic::remove(std::size_t user) {
  auto& publisher = publishers_[user_stream(user) % publishers_.size()];
  if (publisher.waiting() >= most_waiting) {
    ++skipped_;
    return;
  }
  ++removals_[user].unanswered;
  publisher.send(
    requests_.remove_user(user_id(user)),
    [this, user, posted = clock::now()](const http_response& answer) {
      if (check(answer, 204))
        ++removed_;
      auto& record = removals_[user];
      --record.unanswered;
      record.posted = posted;
      record.answered = clock::now();
    });
}

bool churn_traffic::check(const http_response& answer, int wanted) {
  if (answer.status == wanted)
    return true;
  run_.findings.broke("every publish is answered 200, every removal 204",
                      "expected " + std::to_string(wanted) + ", got "
                        + describe(answer));
  return false;
}

} // namespace thunderpush::load
