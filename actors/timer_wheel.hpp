#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace thunderpush {

class timer_wheel;

/// Something that happens later on a home's thread. Derive from it; a timer
/// that is destroyed never fires.
class timer {
public:
  timer() = default;
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;
  virtual ~timer() { cancel(); }

  /// Whether it waits in a wheel.
  bool pending() const noexcept { return next_ != nullptr; }

  /// Takes it out of its wheel, if it is in one.
  void cancel() noexcept;

protected:
  /// The time has come. May start, cancel or destroy any timer. If it throws,
  /// the timers that fell due with it fire at the next tick.
  virtual void expired() = 0;

private:
  friend class timer_wheel;

  // A node that is only linked, never fired, heads each list of the wheel.
  timer* prev_ = nullptr;
  timer* next_ = nullptr;
  std::uint64_t due_ = 0;
};

/// Timers by the hundred thousand on one thread: starting and cancelling cost a
/// few pointer writes, and time is told in ticks of 100 ms, late by at most
/// one. Deadlines beyond a turn of the wheel wait in their slot for the turns
/// to pass.
class timer_wheel {
public:
  using clock = std::chrono::steady_clock;

  static constexpr std::chrono::milliseconds tick{100};

  explicit timer_wheel(clock::time_point now);
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;
  ~timer_wheel();

  /// Lets `what` expire once `delay` has passed since the time that was last
  /// told; restarts it if it is pending.
  void start(timer& what, clock::duration delay);

  /// Timers that wait in the wheels of the calling thread.
  static std::size_t running() noexcept;

  /// Tells the time, without firing anything.
  void tell_time(clock::time_point now) noexcept { time_ = now; }

  /// Tells the time and fires what fell due, in order of the ticks.
  void advance(clock::time_point now);

private:
  class head final : public timer {
    void expired() override {}
  };

  static constexpr std::size_t slots = 512;

  static void link(timer& what, timer& list) noexcept;
  static void dissolve(timer& list) noexcept;
  void collect_due(timer& list) noexcept;
  void fire_due();

  clock::time_point origin_;
  clock::time_point time_;
  std::uint64_t now_ = 0; // the last tick that was fired, since origin_
  std::array<head, slots> wheel_;
  head due_; // what fell due and has not been fired yet
};

} // namespace thunderpush
