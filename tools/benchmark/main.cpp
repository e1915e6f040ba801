#include "tests/load/open_files.hpp"

#include <exception>
#include <iostream>
#include <variant>

#include "tools/benchmark/measurement.hpp"

namespace {

using namespace thunderpush;

constexpr int exit_passed = 0;
constexpr int exit_broken = 1;

} // namespace

int main(int count, char** words) {
  const auto parsed = benchmark::parse_options(count, words);
  if (const auto* end = std::get_if<benchmark::early_end>(&parsed)) {
    (end->status == 0 ? std::cout : std::cerr) << end->text << '\n';
    return end->status;
  }
  const auto& how = std::get<benchmark::options>(parsed);
  load::report findings;
  try {
    load::raise_open_files();
    benchmark::measure(how, findings);
  } catch (const std::exception& error) {
    findings.broke("this program works", error.what());
  }
  std::cerr << findings.to_text();
  std::cout << findings.to_json(how.label) << std::endl;
  return findings.passed() ? exit_passed : exit_broken;
}
