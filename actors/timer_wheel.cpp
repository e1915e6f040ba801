#include "actors/timer_wheel.hpp"

#include <algorithm>

namespace thunderpush {

namespace {

// A timer does not know its wheel, but never leaves its thread.
thread_local std::ptrdiff_t running_here = 0;

} // namespace

std::size_t timer_wheel::running() noexcept {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(running_here, 0));
}

void timer::cancel() noexcept {
  if (next_ == nullptr)
    return;
  --running_here;
  prev_->next_ = next_;
  next_->prev_ = prev_;
  prev_ = next_ = nullptr;
}

timer_wheel::timer_wheel(clock::time_point now) : origin_(now), time_(now) {
  for (auto& list : wheel_)
    list.prev_ = list.next_ = &list;
  due_.prev_ = due_.next_ = &due_;
}

timer_wheel::~timer_wheel() {
  for (auto& list : wheel_)
    dissolve(list);
  dissolve(due_);
}

void timer_wheel::start(timer& what, clock::duration delay) {
  what.cancel();
  // Rounded up, and at least one tick: a timer never expires early, nor within
  // the call that fires its slot.
  const auto ticks
    = (time_ - origin_ + delay + tick - clock::duration{1}) / tick;
  what.due_ = std::max(now_ + 1, ticks < 0 ? std::uint64_t{0}
                                           : static_cast<std::uint64_t>(ticks));
  link(what, wheel_[what.due_ % slots]);
}

void timer_wheel::advance(clock::time_point now) {
  if (now < origin_)
    return;
  time_ = now;
  fire_due();
  const auto target = static_cast<std::uint64_t>((now - origin_) / tick);
  while (now_ < target) {
    ++now_;
    collect_due(wheel_[now_ % slots]);
    fire_due();
  }
}

void timer_wheel::link(timer& what, timer& list) noexcept {
  what.next_ = &list;
  what.prev_ = list.prev_;
  list.prev_->next_ = &what;
  list.prev_ = &what;
  ++running_here;
}

// Its head was never linked, and so is none that is cancelled when it goes.
void timer_wheel::dissolve(timer& list) noexcept {
  while (list.next_ != &list)
    list.next_->cancel();
  list.next_ = nullptr;
}

void timer_wheel::collect_due(timer& list) noexcept {
  for (auto* what = list.next_; what != &list;) {
    auto* next = what->next_;
    if (what->due_ <= now_) {
      what->cancel();
      link(*what, due_);
    }
    what = next;
  }
}

void timer_wheel::fire_due() {
  // A handler may start, cancel or destroy any timer, also its neighbours: so
  // what fell due is in a list of its own, from which each is taken first.
  while (due_.next_ != &due_) {
    auto* what = due_.next_;
    what->cancel();
    what->expired();
  }
}

} // namespace thunderpush
