#include "tests/load/server_process.hpp"

#include <filesystem>
#include <fstream>
#include <ios>
#include <limits>
#include <string>
#include <system_error>
#include <unistd.h>

namespace thunderpush::load {

std::optional<std::uint64_t> resident_kib(pid_t process) {
  std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
  for (std::string word; status >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmRSS:" && status >> kib)
      return kib;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> open_descriptors(pid_t process) {
  std::error_code error;
  std::filesystem::directory_iterator entry{
    "/proc/" + std::to_string(process) + "/fd", error};
  std::uint64_t count = 0;
  while (!error && entry != std::filesystem::directory_iterator{}) {
    ++count;
    entry.increment(error);
  }
  if (error)
    return std::nullopt;
  return count;
}

std::optional<std::chrono::milliseconds> processor_time(pid_t process) {
  std::ifstream stat{"/proc/" + std::to_string(process) + "/stat"};
  // The name, in brackets, may have blanks in it.
  stat.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  constexpr int fields_before = 11;
  std::string skipped;
  for (int i = 0; i < fields_before; ++i)
    stat >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  if (!(stat >> user >> system))
    return std::nullopt;
  const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return std::chrono::milliseconds{(user + system) * 1'000 / per_second};
}

} // namespace thunderpush::load
