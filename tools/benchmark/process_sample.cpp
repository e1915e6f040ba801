#include "tools/benchmark/process_sample.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <unistd.h>

namespace thunderpush::benchmark {

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::filesystem::path place_of(pid_t process) {
  return std::filesystem::path{"/proc"} / std::to_string(process);
}

std::chrono::nanoseconds ticks(std::uint64_t count) {
  static const auto per_second = ::sysconf(_SC_CLK_TCK);
  return std::chrono::nanoseconds{static_cast<std::int64_t>(count)
                                  * (1'000'000'000 / per_second)};
}

/// Reads numbers with blanks between.
template <std::size_t Count>
std::optional<std::array<std::uint64_t, Count>>
read_numbers(std::istringstream& in) {
  std::array<std::uint64_t, Count> numbers{};
  for (auto& each : numbers)
    if (!(in >> each))
      return std::nullopt;
  return numbers;
}

/// The time on a processor is the first number of a thread's schedstat.
std::chrono::nanoseconds time_of_threads(pid_t process) {
  std::chrono::nanoseconds sum{0};
  std::error_code gone;
  std::filesystem::directory_iterator thread{place_of(process) / "task", gone};
  while (!gone && thread != std::filesystem::directory_iterator{}) {
    std::istringstream in{text_of(thread->path() / "schedstat")};
    if (const auto numbers = read_numbers<1>(in))
      sum += std::chrono::nanoseconds{numbers->front()};
    thread.increment(gone);
  }
  return sum;
}

} // namespace

std::optional<processor_time> parse_stat(std::string_view text) {
  // The name, in brackets, may have blanks and brackets in it.
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos)
    return std::nullopt;
  std::istringstream in{std::string{text.substr(name_end + 1)}};
  constexpr int fields_before = 11;
  std::string skipped;
  for (int i = 0; i < fields_before; ++i)
    in >> skipped;
  const auto numbers = read_numbers<2>(in);
  if (!numbers)
    return std::nullopt;
  const auto user = ticks((*numbers)[0]);
  const auto system = ticks((*numbers)[1]);
  return processor_time{user + system, user, system};
}

std::optional<std::uint64_t> parse_smaps_rollup(std::string_view text) {
  std::istringstream in{std::string{text}};
  for (std::string word; in >> word;)
    if (std::uint64_t kib = 0; word == "Pss:" && in >> kib)
      return kib;
  return std::nullopt;
}

std::optional<machine_time> parse_machine_stat(std::string_view text) {
  std::istringstream in{std::string{text}};
  std::string name;
  in >> name;
  const auto numbers = read_numbers<8>(in);
  if (name != "cpu" || !numbers)
    return std::nullopt;
  const auto [user, nice, system, idle, wait, irq, soft_irq, stolen] = *numbers;
  return machine_time{ticks(user + nice + system + irq + soft_irq),
                      ticks(stolen)};
}

std::optional<processor_time> processor_time_of(pid_t process) {
  auto sample = parse_stat(text_of(place_of(process) / "stat"));
  if (sample)
    sample->all = time_of_threads(process);
  return sample;
}

std::optional<std::uint64_t> memory_kib_of(pid_t process) {
  return parse_smaps_rollup(text_of(place_of(process) / "smaps_rollup"));
}

machine_time machine_time_now() {
  return parse_machine_stat(text_of("/proc/stat")).value_or(machine_time{});
}

} // namespace thunderpush::benchmark
