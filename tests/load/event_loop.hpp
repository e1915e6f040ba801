#pragma once

#include "tests/load/descriptor.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <sys/epoll.h>
#include <utility>
#include <vector>

namespace thunderpush::load {

using clock = std::chrono::steady_clock;

/// What is told that its descriptor is ready.
class event_handler {
public:
  /// @param events EPOLLIN, EPOLLOUT, EPOLLERR and EPOLLHUP as epoll gave them
  virtual void on_ready(std::uint32_t events) = 0;

protected:
  ~event_handler() = default;
};

/// The one thread's wait for descriptors and timers. A scenario reads from top
/// to bottom and calls run_until wherever it has to wait; callbacks never do.
class event_loop {
public:
  class registration;
  class timer;

  /// @param end when every wait ends, whatever it waits for
  /// @throws std::system_error if the kernel gives no epoll instance
  explicit event_loop(clock::time_point end);

  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;

  /// Tells `handler` of `events` on `socket` until the registration goes, which
  /// must be before the descriptor is closed.
  registration watch(const descriptor& socket, std::uint32_t events,
                     event_handler& handler);

  /// Calls `action` once, unless the timer goes before.
  timer after(clock::duration delay, std::function<void()> action);

  /// Serves events until `done` holds; it is asked once a turn.
  /// @returns false if the deadline or the loop's end came first
  bool run_until(const std::function<bool()>& done, clock::time_point deadline);

  /// As above, with no deadline but the loop's end.
  bool run_until(const std::function<bool()>& done);

  /// Serves events for this long, or up to the loop's end.
  void run_for(clock::duration span);

  /// Serves the events that are there, and waits for them until `latest` if
  /// there are none. Not from a callback.
  void turn(clock::time_point latest);

  /// A time before which what is told in this turn had not happened, however
  /// late this program is told.
  clock::time_point earliest() const { return turn_before_began_; }

  /// The buffer all connections read into, one after the other. What is in it
  /// lasts until the handler returns.
  std::span<char> receive_buffer() { return receive_buffer_; }

private:
  using timer_key = std::pair<clock::time_point, std::uint64_t>;

  void fire_timers();
  void forget(int number, const event_handler& handler);

  descriptor epoll_;
  clock::time_point end_;
  clock::time_point turn_began_ = clock::now();
  clock::time_point turn_before_began_ = turn_began_;
  std::vector<char> receive_buffer_;
  // Room for all connections of mixed: so nobody waits for the next turn.
  std::array<epoll_event, 4096> ready_{};
  std::span<epoll_event> unserved_;
  std::map<timer_key, std::function<void()>> timers_;
  std::uint64_t timers_started_ = 0;
};

/// A descriptor's place in the loop.
class event_loop::registration {
public:
  registration() = default;
  registration(registration&& other) noexcept { *this = std::move(other); }
  registration& operator=(registration&& other) noexcept;
  ~registration() { cancel(); }

  /// Replaces the events that are waited for. Without effect once it is
  /// cancelled.
  void expect(std::uint32_t events);

  /// Nothing more is told, not even what epoll has already reported.
  void cancel();

private:
  friend event_loop;
  registration(event_loop& loop, int number, std::uint32_t events,
               event_handler& handler)
    : loop_(&loop), number_(number), events_(events), handler_(&handler) {}

  event_loop* loop_ = nullptr;
  int number_ = -1;
  std::uint32_t events_ = 0;
  event_handler* handler_ = nullptr;
};

/// A pending call; gone with its owner.
class event_loop::timer {
public:
  timer() = default;
  timer(timer&& other) noexcept { *this = std::move(other); }
  timer& operator=(timer&& other) noexcept;
  ~timer() { cancel(); }

  /// The call does not happen; without effect if it already did.
  void cancel();

private:
  friend event_loop;
  timer(event_loop& loop, timer_key key) : loop_(&loop), key_(key) {}

  event_loop* loop_ = nullptr;
  timer_key key_;
};

} // namespace thunderpush::load
