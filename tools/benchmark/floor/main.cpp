#include <charconv>
#include <exception>
#include <iostream>
#include <optional>
#include <string_view>
#include <sys/resource.h>

#include "tools/benchmark/floor/server.hpp"

namespace {

using thunderpush::benchmark::delivery;

std::optional<delivery> parse_delivery(std::string_view text) {
  if (text == "plain")
    return delivery::plain;
  if (text == "batch")
    return delivery::batch;
  if (text == "sliced")
    return delivery::sliced;
  return std::nullopt;
}

void raise_open_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int count, char** words) {
  std::uint16_t port = 0;
  std::optional<delivery> how;
  if (count == 3) {
    const std::string_view number{words[1]};
    std::from_chars(number.data(), number.data() + number.size(), port);
    how = parse_delivery(words[2]);
  }
  if (port == 0 || !how) {
    std::cerr << "usage: benchmark_floor PORT plain|batch|sliced\n";
    return 2;
  }
  try {
    raise_open_files();
    thunderpush::benchmark::floor_server{port, *how}.run();
  } catch (const std::exception& error) {
    std::cerr << "benchmark_floor: " << error.what() << '\n';
    return 1;
  }
}
