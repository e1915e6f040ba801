#include "config/machine_memory.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <unistd.h>

namespace thunderpush {

namespace {

// Empty if it cannot be read.
std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::size_t physical_memory() {
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  const auto bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || bytes <= 0)
    return std::numeric_limits<std::size_t>::max();
  return static_cast<std::size_t>(pages) * static_cast<std::size_t>(bytes);
}

} // namespace

std::optional<std::string_view> control_group_in(std::string_view text) {
  constexpr std::string_view version_2 = "0::";
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    if (line.starts_with(version_2))
      return line.substr(version_2.size());
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return std::nullopt;
}

std::optional<std::size_t> memory_limit_in(std::string_view text) {
  std::size_t bytes = 0;
  const auto read
    = std::from_chars(text.data(), text.data() + text.size(), bytes);
  return read.ec == std::errc{} ? std::optional{bytes} : std::nullopt;
}

std::size_t machine_memory() {
  auto least = physical_memory();
  const auto groups = content_of("/proc/self/cgroup");
  const auto group = control_group_in(groups);
  if (!group)
    return least;
  // The limits of the groups around it hold as well.
  std::string path{*group};
  for (;;) {
    const auto limit
      = memory_limit_in(content_of("/sys/fs/cgroup" + path + "/memory.max"));
    least = std::min(least, limit.value_or(least));
    const auto parent = path.rfind('/');
    if (parent == std::string::npos)
      return least;
    path.resize(parent);
  }
}

} // namespace thunderpush
