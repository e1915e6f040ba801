#include "tests/load/open_files.hpp"
#include "tests/load/options.hpp"
#include "tests/load/scenario.hpp"

#include <array>
#include <exception>
#include <iostream>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush::load;

constexpr int exit_passed = 0;
constexpr int exit_broken = 1;
constexpr int exit_usage = 2;

// Standard streams, epoll, and the connections to the REST API.
constexpr std::size_t other_descriptors = 300;

struct named_scenario {
  std::string_view name;
  void (*run)(const scenario_run&);
};

constexpr std::array<named_scenario, 8> scenarios{{
  {"fanout", run_fanout},
  {"users", run_users},
  {"churn", run_churn},
  {"mixed", run_mixed},
  {"idle", run_idle},
  {"soak", run_soak},
  {"watched", run_watched},
  {"stalled", run_stalled},
}};

void run(const options& settings, report& findings) {
  const auto limit = raise_open_files();
  // In mixed a client has a connection that receives and one that sends.
  const std::size_t each = settings.scenario == "mixed" ? 2 : 1;
  if (each * settings.clients + other_descriptors > limit) {
    findings.broke("the system allows as many open files as needed",
                   std::to_string(limit) + " are too few for "
                     + std::to_string(settings.clients) + " clients");
    return;
  }
  const auto begin = clock::now();
  event_loop loop{begin + settings.timeout};
  for (const auto& scenario : scenarios)
    if (scenario.name == settings.scenario)
      scenario.run({settings, loop, findings});
  const std::chrono::duration<double> spent = clock::now() - begin;
  findings.found("seconds", spent.count());
  findings.expect(spent < settings.timeout, "the run ends in time",
                  "stopped after " + std::to_string(settings.timeout.count())
                    + " seconds");
}

} // namespace

int main(int count, char** words) {
  const std::vector<std::string_view> arguments{words + 1, words + count};
  const auto parsed = parse_options(arguments);
  if (const auto* error = std::get_if<usage_error>(&parsed)) {
    std::cerr << "load_client: " << error->message << "\n\n" << usage();
    return exit_usage;
  }
  const auto& settings = std::get<options>(parsed);
  report findings;
  try {
    run(settings, findings);
  } catch (const std::exception& error) {
    findings.broke("this program works", error.what());
  }
  std::cerr << findings.to_text();
  std::cout << findings.to_json(settings.scenario) << std::endl;
  return findings.passed() ? exit_passed : exit_broken;
}
