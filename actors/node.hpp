#pragma once

#include "actors/admission.hpp"
#include "actors/context.hpp"
#include "actors/home.hpp"
#include "actors/memory_budget.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace thunderpush {

class hub;

/// The homes of the process with the actors that each of them has one of, from
/// the start to an orderly end.
class node {
public:
  /// Makes `homes` homes, which do not run yet: what is spawned on them now is
  /// there before their first message.
  node(const policies& chosen, std::size_t homes,
       home::time_source time = &home::clock::now);
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Ends everything, if `stop` has not been called.
  ~node();

  std::size_t size() const noexcept { return homes_.size(); }
  home& at(std::size_t index) noexcept { return *homes_[index]; }

  /// Who may come in. Any thread.
  admission& door() noexcept { return door_; }

  hub& hub_at(std::size_t index) noexcept { return *hubs_[index]; }

  /// What the actors of a home share. Other homes have equal ones.
  const context& shared(std::size_t index = 0) const noexcept {
    return contexts_[index];
  }

  /// Has each home, soon and on its own thread, live by other policies. Clients
  /// of applications that are gone are closed with 9000.
  void reload(const policies& chosen);

  /// Gives each home its thread.
  void start();

  /// Closes all clients with 3001, spread over `window`. Returns at once; each
  /// home calls `home_drained` when its last client has gone.
  void drain(std::chrono::milliseconds window,
             const std::function<void()>& home_drained);

  /// Ends all actors and joins the threads. Not from a home's thread; once.
  void stop();

private:
  class system_config : public caf::actor_system_config {
  public:
    system_config();
  };

  void set_limits(const limit_settings& limits);

  system_config config_;
  memory_budget memory_;
  admission door_{memory_};
  // Actors are part of the system, and refer to their home to the last.
  std::vector<std::unique_ptr<home>> homes_;
  std::deque<context> contexts_; // by home
  std::vector<hub*> hubs_;       // live as long as their homes run
  std::vector<std::thread> threads_;
  caf::actor_system system_;
};

} // namespace thunderpush
