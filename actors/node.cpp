#include "actors/node.hpp"

#include "actors/directory.hpp"
#include "actors/hub.hpp"
#include "actors/inspector.hpp"

#include <caf/atom.hpp>

namespace thunderpush {

node::system_config::system_config() {
  // CAF's own scheduler is for slow or rare work: work stealing costs a
  // fan-out more than it gains.
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", std::size_t{1});
}

node::node(applications apps, const limit_settings& limits, std::size_t homes,
           home::time_source time)
  : shared_{std::move(apps), limits}, system_(config_) {
  for (std::size_t i = 0; i < homes; ++i) {
    auto& made = *homes_.emplace_back(std::make_unique<home>(system_, i, time));
    auto& fan = made.spawn<hub>(shared_);
    hubs_.push_back(&fan);
    shared_.hubs.push_back(fan.ref());
    shared_.directories.push_back(made.spawn<directory>(shared_).ref());
    shared_.inspectors.push_back(made.spawn<inspector>().ref());
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
  for (const auto& each : shared_.hubs)
    each.tell(thunderpush::drain{window, home_drained});
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
