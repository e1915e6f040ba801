// Finds what the server costs at scale, for `scale` to tell:
//
//     costs_scale one_channel|own_channels|homes SIZE...
//
// SIZE: clients, ascending. Progress goes to standard error, one JSON object to
// standard output. Exit status 1 if the server did not do what it should have,
// 2 if the command line is wrong.
#include "tests/costs/growth.hpp"
#include "tests/costs/homes_comparison.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace thunderpush::costs;

void tell(const std::string& what) {
  std::cerr << what << std::endl;
}

// What is written here has nothing in it that JSON would have escaped.
template <class Items, class Write>
void write_list(const Items& items, Write&& write) {
  std::cout << '[';
  bool first = true;
  for (const auto& each : items) {
    std::cout << (first ? "" : ", ");
    write(each);
    first = false;
  }
  std::cout << ']';
}

void write_broken(const std::vector<std::string>& broken) {
  std::cout << R"("broken": )";
  write_list(broken, [](const auto& each) { std::cout << '"' << each << '"'; });
  std::cout << "}\n";
}

int report(const growth& found) {
  std::cout << R"({"steps": )";
  write_list(found.steps, [](const growth_step& each) {
    std::cout << R"({"clients": )" << each.clients << R"(, "resident": )"
              << each.resident << R"(, "allocated": )" << each.allocated
              << R"(, "connect_us": )" << each.connect_us << R"(, "pause_ms": )"
              << each.pause_ms << R"(, "message": )" << each.message << '}';
  });
  std::cout << ", ";
  write_broken(found.broken);
  return found.broken.empty() ? 0 : 1;
}

int report(const homes_comparison& found) {
  const auto number = [](double each) { std::cout << each; };
  std::cout << R"({"one_home": )";
  write_list(found.one_home, number);
  std::cout << R"(, "two_homes": )";
  write_list(found.two_homes, number);
  std::cout << ", ";
  write_broken(found.broken);
  return found.broken.empty() ? 0 : 1;
}

// Ascending, nothing if one is no number or there is none.
std::optional<std::vector<std::size_t>>
sizes_in(const std::vector<std::string_view>& texts) {
  std::vector<std::size_t> sizes;
  for (const auto text : texts) {
    const auto* const end = text.data() + text.size();
    std::size_t size = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, size);
    if (error != std::errc{} || stop != end || size == 0
        || (!sizes.empty() && size <= sizes.back()))
      return std::nullopt;
    sizes.push_back(size);
  }
  return sizes.empty() ? std::nullopt : std::optional{sizes};
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (!arguments.empty()) {
    const auto what = arguments.front();
    const auto sizes = sizes_in({arguments.begin() + 1, arguments.end()});
    if (sizes && what == "one_channel")
      return report(grow_one_channel(*sizes, tell));
    if (sizes && what == "own_channels")
      return report(grow_own_channels(*sizes, tell));
    if (sizes && what == "homes")
      return report(compare_homes(sizes->back(), tell));
  }
  std::cerr << "costs_scale one_channel|own_channels|homes SIZE...\n";
  return 2;
}
