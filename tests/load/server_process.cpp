#include "tests/load/server_process.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

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

} // namespace thunderpush::load
