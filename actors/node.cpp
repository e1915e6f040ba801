#include "actors/node.hpp"

#include "actors/directory.hpp"
#include "actors/hub.hpp"
#include "actors/inspector.hpp"

#include <caf/atom.hpp>

namespace thunderpush {

namespace {

// Clients that have gone and can still be asked for, in all homes.
constexpr std::size_t kept_departures = 10'000;

} // namespace

node::system_config::system_config() {
  // CAF's own scheduler is for slow or rare work: work stealing costs a
  // fan-out more than it gains.
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", std::size_t{1});
}

node::node(const policies& chosen, std::size_t homes, home::time_source time)
  : system_(config_) {
  set_limits(chosen.limits);
  for (std::size_t i = 0; i < homes; ++i)
    contexts_.emplace_back(chosen, door_);
  for (std::size_t i = 0; i < homes; ++i) {
    auto& made = *homes_.emplace_back(std::make_unique<home>(system_, i, time));
    made.gone().keep(kept_departures / homes);
    memory_.watch(made.memory());
    auto& fan = made.spawn<hub>(contexts_[i]);
    hubs_.push_back(&fan);
    const auto names = made.spawn<directory>(contexts_[i]).ref();
    const auto looks = made.spawn<inspector>().ref();
    for (auto& each : contexts_) {
      each.hubs.push_back(fan.ref());
      each.directories.push_back(names);
      each.inspectors.push_back(looks);
    }
  }
}

node::~node() {
  stop();
}

void node::start() {
  for (auto& each : homes_)
    threads_.emplace_back([&where = *each] { where.run(); });
}

void node::drain(std::chrono::milliseconds window,
                 const std::function<void()>& home_drained) {
  for (const auto& each : contexts_.front().hubs)
    each.tell(thunderpush::drain{window, home_drained});
}

void node::set_limits(const limit_settings& limits) {
  memory_.set(limits.memory_budget);
  door_.set(limits);
}

void node::reload(const policies& chosen) {
  set_limits(chosen.limits);
  const auto usage = door_.usage_of(chosen.apps.size());
  for (std::size_t i = 0; i < homes_.size(); ++i) {
    homes_[i]->post([this, i, chosen, usage] {
      static_cast<policies&>(contexts_[i]) = chosen;
      contexts_[i].usage = usage;
      hubs_[i]->dismiss_strangers();
    });
  }
}

void node::stop() {
  for (auto& each : homes_)
    each->close();
  if (threads_.empty())
    for (auto& each : homes_)
      while (each->poll()) {
      }
  for (auto& each : threads_)
    each.join();
  threads_.clear();
  for (auto& each : homes_)
    each->release_queued();
}

} // namespace thunderpush
