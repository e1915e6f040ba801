#include "tests/costs/null_network.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>

namespace thunderpush::costs {

namespace {

// More epoll descriptors than homes, and small numbers: they are the first
// that a process opens.
constexpr std::size_t most_pollers = 256;

thread_local null_network::traffic written;

} // namespace

null_network& null_network::of_process() {
  static null_network one;
  return one;
}

void null_network::reserve(std::size_t sockets) {
  sockets_.resize(sockets); // so that their pages are there
  sockets_.clear();
  free_.resize(sockets);
  free_.clear();
  reporting_.resize(most_pollers);
}

int null_network::open() {
  if (free_.empty()) {
    sockets_.emplace_back();
    return first + static_cast<int>(sockets_.size()) - 1;
  }
  const int descriptor = free_.back();
  free_.pop_back();
  at(descriptor) = state{};
  return descriptor;
}

void null_network::arrive(int socket, std::string_view bytes) {
  at(socket).input = bytes;
  report(socket);
}

void null_network::end(int socket) {
  at(socket).ended = true;
  report(socket);
}

std::size_t null_network::open_sockets() const noexcept {
  return sockets_.size() - free_.size();
}

const null_network::traffic& null_network::written_here() noexcept {
  return written;
}

// An edge: said once, and of a socket that nobody watches once somebody does.
void null_network::report(int descriptor) {
  auto& it = at(descriptor);
  if (it.poller < 0 || it.reports)
    return;
  it.reports = true;
  reporting_[static_cast<std::size_t>(it.poller)].push_back(descriptor);
}

// -- in place of the system's ------------------------------------------------

std::int64_t null_network::send(std::size_t bytes) noexcept {
  ++written.writes;
  written.bytes += bytes;
  return static_cast<std::int64_t>(bytes);
}

std::int64_t null_network::receive(int socket, void* into,
                                   std::size_t bytes) noexcept {
  auto& it = at(socket);
  const auto count = std::min(bytes, it.input.size());
  if (count == 0 && !it.ended) {
    errno = EAGAIN;
    return -1;
  }
  std::memcpy(into, it.input.data(), count);
  it.input.remove_prefix(count);
  return static_cast<std::int64_t>(count);
}

void null_network::close(int socket) {
  forget(socket);
  free_.push_back(socket);
}

void null_network::watch(int poller, int socket, std::uint64_t data) {
  auto& it = at(socket);
  it.poller = poller;
  it.data = data;
  report(socket); // it has room to write
}

void null_network::forget(int socket) noexcept {
  auto& it = at(socket);
  if (it.reports)
    std::erase(reporting_[static_cast<std::size_t>(it.poller)], socket);
  it.poller = -1;
  it.reports = false;
}

int null_network::take_events(int poller, epoll_event* into,
                              int most) noexcept {
  auto& all = reporting_[static_cast<std::size_t>(poller)];
  const auto count = std::min(all.size(), static_cast<std::size_t>(most));
  for (std::size_t i = 0; i < count; ++i) {
    auto& it = at(all[i]);
    it.reports = false;
    into[i].data.u64 = it.data;
    into[i].events = EPOLLOUT;
    if (!it.input.empty() || it.ended)
      into[i].events |= EPOLLIN;
    if (it.ended)
      into[i].events |= EPOLLRDHUP;
  }
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
  return static_cast<int>(count);
}

} // namespace thunderpush::costs
