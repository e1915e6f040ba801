#include "daemon/service_manager.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <systemd/sd-daemon.h>
#include <vector>

namespace thunderpush {

namespace {

// Names are allocated by the library, one by one.
std::vector<std::string> take_names(char** names, int count) {
  std::vector<std::string> taken;
  for (int i = 0; i < count; ++i) {
    const std::unique_ptr<char, void (*)(void*)> name{names[i], &std::free};
    taken.emplace_back(name.get());
  }
  std::free(names);
  return taken;
}

void tell(const std::string& state) {
  ::sd_notify(0, state.c_str());
}

std::string status_line(std::string_view status) {
  return std::string{"\nSTATUS="}.append(status);
}

} // namespace

service_manager::service_manager(std::span<const std::string> listeners) {
  constexpr std::array<std::string_view, 2> own_names{"public", "admin"};
  char** names = nullptr;
  const int count = ::sd_listen_fds_with_names(1, &names);
  std::vector<int> unnamed;
  if (count > 0) {
    const auto known = take_names(names, count);
    for (int i = 0; i < count; ++i) {
      const auto& name = known[static_cast<std::size_t>(i)];
      const int socket = SD_LISTEN_FDS_START + i;
      const bool is_known
        = std::count(own_names.begin(), own_names.end(), name) > 0
          || std::count(listeners.begin(), listeners.end(), name) > 0;
      if (!is_known || !sockets_.emplace(name, socket).second)
        unnamed.push_back(socket);
    }
  }
  auto next = unnamed.begin();
  for (const auto name : own_names)
    if (next != unnamed.end() && sockets_.emplace(name, *next).second)
      ++next;
  std::uint64_t period = 0;
  if (::sd_watchdog_enabled(1, &period) > 0)
    watchdog_ = std::chrono::microseconds{period};
}

std::optional<int> service_manager::socket(std::string_view name) const {
  const auto found = sockets_.find(name);
  return found == sockets_.end() ? std::nullopt : std::optional{found->second};
}

void service_manager::ready(std::string_view status) const {
  tell("READY=1" + status_line(status));
}

void service_manager::reloading() const {
  std::timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto since_boot
    = std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
  const auto count
    = std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count();
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(count));
}

void service_manager::stopping(std::string_view status) const {
  tell("STOPPING=1" + status_line(status));
}

void service_manager::alive() const {
  tell("WATCHDOG=1");
}

} // namespace thunderpush
