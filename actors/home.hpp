#pragma once

#include "actors/departures.hpp"
#include "actors/flush_queue.hpp"
#include "actors/home_counters.hpp"
#include "actors/home_load.hpp"
#include "actors/memory_budget.hpp"
#include "actors/pauses.hpp"
#include "actors/pinned_actor.hpp"
#include "actors/population.hpp"
#include "actors/reactor.hpp"
#include "actors/roster.hpp"
#include "actors/timer_wheel.hpp"
#include "actors/tracer.hpp"

#include <caf/actor_system.hpp>
#include <caf/execution_unit.hpp>
#include <caf/make_actor.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace thunderpush {

class dispatch_probe;

/// One I/O thread and the actors that live on it. Its loop alternates between
/// three things: what the sockets and timers have to say, the actors that have
/// messages, and a slice of the connections that have bytes to write. So
/// requests go on being accepted and answered while a large fan-out is under
/// way.
class home final : public caf::execution_unit {
public:
  using clock = std::chrono::steady_clock;
  using time_source = clock::time_point (*)();

  /// Connections that are written to between two looks at the reactor.
  static constexpr std::size_t flush_slice = 32;

  home(caf::actor_system& system, std::size_t index,
       time_source time = &clock::now);
  home(const home&) = delete;
  home& operator=(const home&) = delete;
  ~home() override;

  /// Its position among the homes.
  std::size_t index() const noexcept { return index_; }

  /// Where its sockets wait.
  reactor& sockets() noexcept { return sockets_; }

  /// Has `what` run on the home's thread, not within this call. Any thread.
  void post(std::function<void()> what);

  /// The time at the start of the current turn.
  clock::time_point now() const noexcept { return now_; }

  /// The time at this moment: costs a look at the clock.
  clock::time_point precise_now() const { return time_(); }

  /// When it was made.
  clock::time_point born() const noexcept { return born_; }

  timer_wheel& timers() noexcept { return timers_; }
  flush_queue& flushes() noexcept { return flushes_; }
  const roster& actors() const noexcept { return actors_; }
  home_counters& counters() noexcept { return counters_; }

  /// Its endpoints whose clients must not say more for now.
  thunderpush::pauses& pauses() noexcept { return pauses_; }

  /// What it holds of the memory that has a budget.
  memory_use& memory() noexcept { return *memory_; }

  /// Looks whether memory is short, and has clients that take no more give up
  /// what waits for them if so. Home thread.
  void mind_memory();

  // For operators. Home thread.

  /// How busy it is.
  const home_load& load() const noexcept { return load_; }

  /// How long publications took to be written, of some of them.
  histogram& delivery_times() noexcept { return delivery_times_; }

  /// Its clients that have said who they are.
  population& clients() noexcept { return clients_; }

  /// Its clients that have gone.
  departures& gone() noexcept { return gone_; }

  /// Who looks on.
  tracer& traces() noexcept { return traces_; }

  /// Whether its clients are being sent away: it takes no new ones. Home
  /// thread.
  bool is_draining() const noexcept { return draining_; }
  void set_draining() noexcept { draining_ = true; }

  /// Whether the calling thread runs this home.
  bool on_home() const noexcept;

  /// Makes an actor that lives here. Home thread, or before the home runs.
  template <class Actor, class... Args>
  Actor& spawn(Args&&... args) {
    caf::actor_config config{this};
    auto address = caf::make_actor<Actor, caf::strong_actor_ptr>(
      system().next_actor_id(), system().node(), &system(), config, *this,
      std::forward<Args>(args)...);
    auto& made = static_cast<Actor&>(*address->get());
    begin(made);
    return made;
  }

  /// The calling thread becomes the home's until `close` has been called and
  /// the last actor has ended.
  void run();

  /// Runs what is ready, and returns whether anything was. For tests, on a
  /// thread that stands in for the home's.
  bool poll();

  /// Moves the home's time forward and fires the timers that fell due. Called
  /// by the home's own loop; by tests in its place.
  void tick();

  /// Has `what` look on from now on, or nothing. For tests.
  void probe(dispatch_probe* what) noexcept { probe_ = what; }

  /// Ends every actor, then the loop. Any thread; once.
  void close();

  /// Has `what` flushed soon. Home thread.
  void flush_later(flushable& what) { flushes_.mark(what); }

  /// Lets go of what was still to be run, once no thread runs the home.
  void release_queued() noexcept;

  /// Any thread. Runs actors of this home here and hands all others to CAF's
  /// scheduler.
  void exec_later(caf::resumable* what) override;

private:
  friend class pinned_actor;
  class presence;

  bool turn_around(std::chrono::milliseconds wait);
  bool run_posted();
  std::chrono::milliseconds until_tick() const;
  bool may_sleep();
  void wake() noexcept;
  void begin(pinned_actor& who);
  void left(pinned_actor& who); // it ended
  void schedule(pinned_actor& who);
  bool run_actors();
  bool run_actor(pinned_actor& who);
  void take_arrivals() noexcept;
  void append(pinned_actor& who) noexcept;
  void survive(const char* what);
  void finish_if_empty();

  const std::size_t index_;
  const time_source time_;
  const clock::time_point born_;
  clock::time_point now_;
  clock::time_point next_tick_;
  reactor sockets_;
  timer_wheel timers_;
  thunderpush::pauses pauses_{timers_};
  const memory_use_ptr memory_{new memory_use};
  flush_queue flushes_;
  roster actors_;
  home_counters counters_;
  home_load load_;
  histogram delivery_times_;
  population clients_;
  departures gone_;
  tracer traces_;
  dispatch_probe* probe_ = nullptr;
  pinned_actor* first_ready_ = nullptr;
  pinned_actor* last_ready_ = nullptr;
  std::deque<std::function<void()>> posted_here_; // by its own thread
  bool draining_ = false;
  bool closing_ = false;
  bool over_ = false;
  unsigned ticks_ = 0;
  unsigned runs_ = 0; // of actors
  // Written by other threads: on cache lines of their own.
  alignas(64) std::atomic<pinned_actor*> arrivals_{nullptr};
  std::atomic<bool> asleep_{false};
  std::atomic<bool> posted_elsewhere_{false};
  std::mutex posting_;
  std::vector<std::function<void()>> posted_; // by other threads
};

} // namespace thunderpush
