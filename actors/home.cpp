#include "actors/home.hpp"

#include "actors/prefetch.hpp"
#include "config/log.hpp"

#include <caf/scheduler/abstract_coordinator.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <string>
#include <utility>

namespace thunderpush {

namespace {

// Which home the calling thread runs, if any.
thread_local const home* current = nullptr;

// Actors that are run between two looks at the reactor, and messages that each
// of them handles in one go.
constexpr std::size_t actors_per_turn = 4096;
constexpr std::size_t messages_per_run = 64;

constexpr unsigned ticks_per_second
  = std::chrono::seconds{1} / timer_wheel::tick;
constexpr unsigned ticks_per_period
  = recent_histogram::period / timer_wheel::tick;

// What of an actor is fetched from memory while it waits for its turn.
constexpr std::size_t size_of_most_actors = 384;

// One run of an actor in so many is timed, and stands for all of them.
constexpr unsigned runs_per_sample = 16;

} // namespace

/// Marks the calling thread as the home's for a while.
class home::presence {
public:
  explicit presence(const home& where) : before_(current) { current = &where; }
  presence(const presence&) = delete;
  presence& operator=(const presence&) = delete;
  ~presence() { current = before_; }

private:
  const home* before_;
};

home::home(caf::actor_system& system, std::size_t index, time_source time)
  : caf::execution_unit(&system),
    index_(index),
    time_(time),
    born_(time()),
    now_(born_),
    next_tick_(born_ + timer_wheel::tick),
    timers_(born_) {}

home::~home() {
  sockets_.dismiss_all();
  release_queued();
  for (auto* who : actors_.slots())
    if (who != nullptr) // it has not ended, as the home was not closed
      intrusive_ptr_release(who->ctrl());
}

void home::release_queued() noexcept {
  take_arrivals();
  while (auto* who = first_ready_) {
    first_ready_ = who->next_ready_;
    intrusive_ptr_release(who->ctrl());
  }
}

bool home::on_home() const noexcept {
  return current == this;
}

// -- the loop ----------------------------------------------------------------

void home::run() {
  const presence here{*this};
  next_tick_ = time_() + timer_wheel::tick;
  // What a handler let through ends neither the thread nor the process.
  while (!over_) {
    try {
      const bool busy = turn_around(may_sleep() ? until_tick()
                                                : std::chrono::milliseconds{0});
      const auto now = time_();
      if (busy)
        load_.turns.add(now - now_);
      if (now >= next_tick_) {
        load_.lag.add(now - next_tick_);
        load_.lag_ever.add(now - next_tick_);
        next_tick_ += timer_wheel::tick;
        tick();
      }
    } catch (const std::exception& error) {
      survive(error.what());
    } catch (...) {
      survive("unknown exception");
    }
  }
  sockets_.dismiss_all();
}

bool home::poll() {
  const presence here{*this};
  return !over_ && turn_around(std::chrono::milliseconds{0});
}

// Once around: sockets, what was posted, actors, a slice of what is to be
// written. True if there was anything to do.
bool home::turn_around(std::chrono::milliseconds wait) {
  sockets_.wait(wait);
  asleep_.store(false, std::memory_order_relaxed);
  now_ = time_();
  timers_.tell_time(now_);
  bool busy = sockets_.tell();
  busy = run_posted() || busy;
  busy = run_actors() || busy;
  if (flushes_.empty())
    return busy;
  flushes_.flush_slice(flush_slice);
  return true;
}

// Whoever brings something after this has looked sees that the home sleeps, and
// wakes it.
bool home::may_sleep() {
  if (first_ready_ != nullptr || !posted_here_.empty() || !flushes_.empty())
    return false;
  asleep_.store(true, std::memory_order_seq_cst);
  return arrivals_.load(std::memory_order_seq_cst) == nullptr
         && !posted_elsewhere_.load(std::memory_order_seq_cst);
}

void home::wake() noexcept {
  if (asleep_.load(std::memory_order_seq_cst)
      && asleep_.exchange(false, std::memory_order_seq_cst))
    sockets_.wake();
}

std::chrono::milliseconds home::until_tick() const {
  const auto left = next_tick_ - time_();
  // Rounded up: waking early is a turn for nothing.
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left),
                  std::chrono::milliseconds{0});
}

void home::survive(const char* what) {
  ++counters_.actor_failures;
  log_error("home", std::string{"a handler failed: "}.append(loggable(what)));
}

void home::tick() {
  const presence here{*this};
  now_ = time_();
  timers_.advance(now_);
  if (++ticks_ % ticks_per_second == 0)
    flushes_.inspect_blocked();
  if (ticks_ % ticks_per_second == 0 || memory_->is_short())
    mind_memory();
  if (ticks_ % ticks_per_period == 0) {
    load_.lag.turn();
    load_.turns.turn();
  }
}

void home::mind_memory() {
  if (!memory_->look())
    return;
  flushes_.shed_blocked([this] { return memory_->must_shed(); });
  memory_->look();
}

void home::post(std::function<void()> what) {
  if (on_home()) {
    posted_here_.push_back(std::move(what));
    return;
  }
  {
    const std::lock_guard lock{posting_};
    posted_.push_back(std::move(what));
    posted_elsewhere_.store(true, std::memory_order_seq_cst);
  }
  wake();
}

// Runs what is there now; what that posts waits for the next turn. What comes
// behind one that throws is kept.
bool home::run_posted() {
  if (posted_elsewhere_.load(std::memory_order_acquire)) {
    const std::lock_guard lock{posting_};
    posted_elsewhere_.store(false, std::memory_order_relaxed);
    std::move(posted_.begin(), posted_.end(), std::back_inserter(posted_here_));
    posted_.clear();
  }
  const auto count = posted_here_.size();
  for (std::size_t done = 0; done < count; ++done) {
    const auto what = std::move(posted_here_.front());
    posted_here_.pop_front();
    what();
  }
  return count > 0;
}

void home::close() {
  post([this] {
    closing_ = true;
    // A copy: an actor may leave the roster while it is told.
    const auto everybody = actors_.slots();
    for (auto* who : everybody)
      if (who != nullptr)
        who->quit(caf::exit_reason::user_shutdown);
    finish_if_empty();
  });
}

void home::begin(pinned_actor& who) {
  intrusive_ptr_add_ref(who.ctrl()); // it lives until it ends, known or not
  who.roster_slot_ = actors_.add(who);
  who.born_ = static_cast<std::uint32_t>(
    std::chrono::duration_cast<std::chrono::seconds>(now_ - born_).count());
  who.life_ = pinned_actor::life::running;
  if (closing_) // it was made after all others were told
    who.quit(caf::exit_reason::user_shutdown);
  if (who.inbox_.try_block())
    return;
  schedule(who); // it was sent something by its own constructor
}

void home::left(pinned_actor& who) {
  actors_.remove(who.roster_slot_);
  intrusive_ptr_release(who.ctrl()); // whoever runs it holds another reference
  finish_if_empty();
}

void home::finish_if_empty() {
  if (closing_ && actors_.size() == 0)
    over_ = true;
}

void home::exec_later(caf::resumable* what) {
  system().scheduler().enqueue(what);
}

void home::schedule(pinned_actor& who) {
  intrusive_ptr_add_ref(who.ctrl());
  if (on_home()) {
    append(who);
    return;
  }
  auto* top = arrivals_.load(std::memory_order_relaxed);
  do {
    who.next_ready_ = top;
  } while (!arrivals_.compare_exchange_weak(
    top, &who, std::memory_order_seq_cst, std::memory_order_relaxed));
  // One look for all that arrive until the home takes them.
  if (top == nullptr)
    wake();
}

void home::append(pinned_actor& who) noexcept {
  prefetch<size_of_most_actors>(&who);
  who.next_ready_ = nullptr;
  who.ready_since_ = static_cast<std::uint32_t>(
    std::chrono::duration_cast<std::chrono::milliseconds>(now_ - born_)
      .count());
  ++load_.ready;
  if (first_ready_ == nullptr)
    first_ready_ = &who;
  else
    last_ready_->next_ready_ = &who;
  last_ready_ = &who;
}

void home::take_arrivals() noexcept {
  // A stack: turned round, it is in order of arrival.
  auto* stack = arrivals_.exchange(nullptr, std::memory_order_acquire);
  pinned_actor* ordered = nullptr;
  while (stack != nullptr) {
    auto* next = stack->next_ready_;
    stack->next_ready_ = ordered;
    ordered = stack;
    stack = next;
  }
  while (ordered != nullptr) {
    auto* next = ordered->next_ready_;
    append(*ordered);
    ordered = next;
  }
}

// True if any actor was run.
bool home::run_actors() {
  for (std::size_t count = 0; count < actors_per_turn; ++count) {
    if (first_ready_ == nullptr)
      take_arrivals();
    auto* who = first_ready_;
    if (who == nullptr)
      return count > 0;
    first_ready_ = who->next_ready_;
    --load_.ready;
    if (run_actor(*who))
      append(*who); // the reference stays with the queue
    else
      intrusive_ptr_release(who->ctrl());
  }
  return true;
}

// True if it has more to do.
bool home::run_actor(pinned_actor& who) {
  if (++runs_ % runs_per_sample != 0)
    return who.resume(messages_per_run);
  const auto begun = time_();
  const bool more = who.resume(messages_per_run);
  who.busy_ += runs_per_sample * (time_() - begun);
  return more;
}

} // namespace thunderpush
