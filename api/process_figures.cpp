#include "api/process_figures.hpp"

#include <array>
#include <dirent.h>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace thunderpush {

namespace {

// Fields of /proc/self/stat, by their position behind the name (proc(5)).
constexpr std::size_t start_field = 19;
constexpr std::size_t virtual_field = 20;
constexpr std::size_t resident_field = 21;

std::array<std::uint64_t, resident_field + 1> stat_fields() {
  std::array<std::uint64_t, resident_field + 1> fields{};
  std::ifstream file{"/proc/self/stat"};
  std::string line;
  std::getline(file, line);
  // The name stands in parentheses, and may hold anything.
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos)
    return fields;
  std::istringstream rest{line.substr(name_end + 1)};
  std::string word;
  for (std::size_t i = 0; i < fields.size() && rest >> word; ++i)
    fields[i] = std::strtoull(word.c_str(), nullptr, 10);
  return fields;
}

double boot_seconds() {
  std::ifstream file{"/proc/stat"};
  for (std::string word; file >> word;) {
    if (double value = 0; word == "btime" && file >> value)
      return value;
  }
  return 0;
}

std::uint64_t count_descriptors() {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries{::opendir("/proc/self/fd"),
                                                    &::closedir};
  if (entries == nullptr)
    return 0;
  std::uint64_t count = 0;
  while (::readdir(entries.get()) != nullptr)
    ++count;
  return count < 3 ? 0 : count - 3; // `.`, `..` and the one that reads
}

} // namespace

process_figures read_process_figures() {
  process_figures found;
  const auto fields = stat_fields();
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  found.start_seconds
    = boot_seconds() + static_cast<double>(fields[start_field]) / ticks;
  found.virtual_bytes = fields[virtual_field];
  found.resident_bytes = fields[resident_field]
                         * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec)
             + static_cast<double>(time.tv_usec) / 1e6;
    };
    found.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    found.max_descriptors = limit.rlim_cur;
  found.open_descriptors = count_descriptors();
  return found;
}

} // namespace thunderpush
