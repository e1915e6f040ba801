#include "actors/reactor.hpp"

#include <cerrno>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace thunderpush {

namespace {

constexpr std::uint64_t wake_up = ~std::uint64_t{0};

int checked(int descriptor, const char* what) {
  if (descriptor < 0)
    throw std::system_error{errno, std::generic_category(), what};
  return descriptor;
}

std::uint64_t pack(reactor::handle which) noexcept {
  return (std::uint64_t{which.generation} << 32) | which.slot;
}

reactor::handle unpack(std::uint64_t data) noexcept {
  return {static_cast<std::uint32_t>(data),
          static_cast<std::uint32_t>(data >> 32)};
}

} // namespace

reactor::reactor()
  : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
    wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  // Each write is an edge: the counter is never read.
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = wake_up;
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event), "epoll_ctl");
}

reactor::~reactor() {
  ::close(wake_);
  ::close(epoll_);
}

reactor::handle reactor::add(int socket, watcher& who) {
  handle made{static_cast<std::uint32_t>(slots_.size())};
  if (free_.empty()) {
    slots_.emplace_back();
    free_.reserve(slots_.capacity()); // so that `forget` cannot fail
  } else {
    made.slot = free_.back();
    free_.pop_back();
  }
  auto& place = slots_[made.slot];
  made.generation = place.generation;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = pack(made);
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) {
    free_.push_back(made.slot);
    throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
  }
  place.who = &who;
  return made;
}

void reactor::remove(handle which, int socket) noexcept {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
  forget(which);
}

void reactor::forget(handle which) noexcept {
  if (find(which) == nullptr)
    return;
  auto& place = slots_[which.slot];
  place.who = nullptr;
  ++place.generation;
  free_.push_back(which.slot);
}

reactor::watcher* reactor::find(handle which) const noexcept {
  if (which.slot >= slots_.size())
    return nullptr;
  const auto& place = slots_[which.slot];
  return place.generation == which.generation ? place.who : nullptr;
}

void reactor::wait(std::chrono::milliseconds timeout) noexcept {
  if (next_event_ < event_count_)
    return; // those first
  const auto limit = again_.empty() ? timeout : std::chrono::milliseconds{0};
  const int count
    = ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()),
                   static_cast<int>(limit.count()));
  next_event_ = 0;
  event_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool reactor::tell() {
  const bool told = tell_again();
  return tell_ready() || told;
}

bool reactor::tell_ready() {
  bool told = false;
  while (next_event_ < event_count_) {
    const auto event = events_[next_event_++];
    if (event.data.u64 == wake_up)
      continue;
    auto* who = find(unpack(event.data.u64));
    if (who == nullptr)
      continue; // removed since it was reported
    constexpr std::uint32_t ends = EPOLLHUP | EPOLLERR | EPOLLRDHUP;
    const bool end = (event.events & ends) != 0;
    told = true;
    who->ready({.input = end || (event.events & EPOLLIN) != 0,
                .output = (event.events & (EPOLLOUT | EPOLLERR)) != 0,
                .end = end});
  }
  return told;
}

bool reactor::tell_again() {
  if (now_again_.empty())
    now_again_.swap(again_);
  bool told = false;
  while (!now_again_.empty()) {
    const auto which = now_again_.back();
    now_again_.pop_back();
    if (auto* who = find(which)) {
      told = true;
      who->ready({.input = true});
    }
  }
  return told;
}

void reactor::wake() noexcept {
  const std::uint64_t one = 1;
  // A counter that is full has been an edge already.
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void reactor::dismiss_all() {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (auto* who = std::exchange(slots_[i].who, nullptr)) {
      ++slots_[i].generation;
      who->dismissed();
    }
  }
}

} // namespace thunderpush
