#include "tests/load/event_loop.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace thunderpush::load {

namespace {

// Larger than any frame of the scenarios, and than what the kernel usually
// holds for one socket.
constexpr std::size_t receive_buffer_size = 256 * 1024;

timespec time_until(clock::time_point when) {
  using namespace std::chrono;
  const auto left
    = std::clamp<nanoseconds>(when - clock::now(), 0ns, minutes{1});
  const auto whole = duration_cast<seconds>(left);
  return {whole.count(), (left - whole).count()};
}

} // namespace

event_loop::event_loop(clock::time_point end)
  : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
    end_(end),
    receive_buffer_(receive_buffer_size) {
  if (!epoll_)
    throw std::system_error{errno, std::system_category(), "epoll_create1"};
}

event_loop::registration event_loop::watch(const descriptor& socket,
                                           std::uint32_t events,
                                           event_handler& handler) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, socket.number(), &event) != 0)
    throw std::system_error{errno, std::system_category(), "epoll_ctl"};
  return {*this, socket.number(), events, handler};
}

event_loop::timer event_loop::after(clock::duration delay,
                                    std::function<void()> action) {
  const timer_key key{clock::now() + delay, timers_started_++};
  timers_.emplace(key, std::move(action));
  return {*this, key};
}

bool event_loop::run_until(const std::function<bool()>& done,
                           clock::time_point deadline) {
  const auto latest = std::min(deadline, end_);
  while (!done()) {
    if (clock::now() >= latest)
      return false;
    turn(latest);
  }
  return true;
}

bool event_loop::run_until(const std::function<bool()>& done) {
  return run_until(done, end_);
}

void event_loop::run_for(clock::duration span) {
  run_until([] { return false; }, clock::now() + span);
}

void event_loop::turn(clock::time_point latest) {
  if (!timers_.empty())
    latest = std::min(latest, timers_.begin()->first.first);
  turn_before_began_ = std::exchange(turn_began_, clock::now());
  const auto patience = time_until(latest);
  const int count
    = ::epoll_pwait2(epoll_.number(), ready_.data(),
                     static_cast<int>(ready_.size()), &patience, nullptr);
  unserved_
    = std::span{ready_}.first(static_cast<std::size_t>(std::max(count, 0)));
  while (!unserved_.empty()) {
    const auto event = unserved_.front();
    unserved_ = unserved_.subspan(1);
    if (event.data.ptr)
      static_cast<event_handler*>(event.data.ptr)->on_ready(event.events);
  }
  fire_timers();
}

void event_loop::fire_timers() {
  const auto now = clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const auto action = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    action();
  }
}

void event_loop::forget(int number, const event_handler& handler) {
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, number, nullptr);
  for (auto& event : unserved_)
    if (event.data.ptr == &handler)
      event.data.ptr = nullptr;
}

event_loop::registration&
event_loop::registration::operator=(registration&& other) noexcept {
  if (this != &other) {
    cancel();
    loop_ = std::exchange(other.loop_, nullptr);
    number_ = other.number_;
    events_ = other.events_;
    handler_ = other.handler_;
  }
  return *this;
}

void event_loop::registration::expect(std::uint32_t events) {
  if (!loop_ || events == std::exchange(events_, events))
    return;
  epoll_event event{};
  event.events = events;
  event.data.ptr = handler_;
  ::epoll_ctl(loop_->epoll_.number(), EPOLL_CTL_MOD, number_, &event);
}

void event_loop::registration::cancel() {
  if (auto* loop = std::exchange(loop_, nullptr))
    loop->forget(number_, *handler_);
}

event_loop::timer& event_loop::timer::operator=(timer&& other) noexcept {
  if (this != &other) {
    cancel();
    loop_ = std::exchange(other.loop_, nullptr);
    key_ = other.key_;
  }
  return *this;
}

void event_loop::timer::cancel() {
  if (auto* loop = std::exchange(loop_, nullptr))
    loop->timers_.erase(key_);
}

} // namespace thunderpush::load
