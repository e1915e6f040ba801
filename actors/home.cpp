#include "actors/home.hpp"

#include "config/log.hpp"

#include <boost/asio/post.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <exception>
#include <memory>
#include <string>

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
    work_(boost::asio::make_work_guard(io_)),
    tick_timer_(io_),
    timers_(born_) {}

home::~home() {
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

void home::run() {
  const presence here{*this};
  arm_tick();
  // What a handler let through ends neither the thread nor the process.
  for (bool running = true; running;) {
    try {
      io_.run();
      running = false;
    } catch (const std::exception& error) {
      survive(error.what());
    } catch (...) {
      survive("unknown exception");
    }
  }
}

void home::survive(const char* what) {
  ++counters_.actor_failures;
  log_error("home", std::string{"a handler failed: "}.append(loggable(what)));
  request_turn(); // it may have been a turn that was cut short
}

bool home::poll() {
  const presence here{*this};
  return io_.poll() > 0;
}

void home::tick() {
  const presence here{*this};
  now_ = time_();
  timers_.advance(now_);
  if (++ticks_ % ticks_per_second == 0)
    flushes_.inspect_blocked();
  if (!flushes_.empty())
    request_turn();
}

void home::arm_tick() {
  tick_timer_.expires_after(timer_wheel::tick);
  tick_timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped)
      return;
    arm_tick();
    tick();
  });
}

void home::close() {
  boost::asio::post(io_, [this] {
    const presence here{*this};
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
    io_.stop();
}

void home::exec_later(caf::resumable* what) {
  system().scheduler().enqueue(what);
}

void home::schedule(pinned_actor& who) {
  intrusive_ptr_add_ref(who.ctrl());
  if (on_home()) {
    append(who);
    request_turn();
    return;
  }
  auto* top = arrivals_.load(std::memory_order_relaxed);
  do {
    who.next_ready_ = top;
  } while (!arrivals_.compare_exchange_weak(
    top, &who, std::memory_order_release, std::memory_order_relaxed));
  // One wake-up for all that arrive until the home looks.
  if (top == nullptr)
    boost::asio::post(io_, [this] { turn(); });
}

void home::append(pinned_actor& who) noexcept {
  who.next_ready_ = nullptr;
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

void home::request_turn() {
  if (turn_requested_)
    return;
  turn_requested_ = true;
  boost::asio::post(io_, [this] {
    turn_requested_ = false;
    turn();
  });
}

void home::turn() {
  now_ = time_();
  const bool more_actors = run_actors();
  const bool more_bytes = flushes_.flush_slice(flush_slice);
  if (more_actors || more_bytes || first_ready_ != nullptr)
    request_turn();
}

bool home::run_actors() {
  for (std::size_t count = 0; count < actors_per_turn; ++count) {
    if (first_ready_ == nullptr)
      take_arrivals();
    auto* who = first_ready_;
    if (who == nullptr)
      return false;
    first_ready_ = who->next_ready_;
    if (who->resume(messages_per_run))
      append(*who); // the reference stays with the queue
    else
      intrusive_ptr_release(who->ctrl());
  }
  return true;
}

} // namespace thunderpush
