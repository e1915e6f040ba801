#include "tests/load/leftovers.hpp"
#include "tests/load/mixed_client.hpp"
#include "tests/load/mixed_traffic.hpp"
#include "tests/load/presence.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/server_process.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <unistd.h>

namespace thunderpush::load {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds arrival_time{5'000};

constexpr std::array<std::string_view, departures> departure_names{
  "close_handshake", "fin",     "reset",
  "silence",         "removal", "opening_and_no_more",
};

void report_figures(const scenario_run& run, const mixed_figures& figures) {
  auto& findings = run.findings;
  findings.found("lives", figures.lives);
  findings.found("received", figures.received());
  for (const auto how : session_transports) {
    const auto which = static_cast<std::size_t>(how);
    const std::string name{to_string(how)};
    findings.found("lives_over_" + name, figures.lives_over[which]);
    findings.found("received_over_" + name, figures.received_over[which]);
  }
  findings.found("subscriptions", figures.subscriptions);
  findings.found("unsubscriptions", figures.unsubscriptions);
  findings.found("comparisons", figures.comparisons);
  findings.found("responses", figures.responses);
  findings.found("pauses", figures.pauses);
  findings.found("overslept", figures.overslept);
  findings.found("received_after_pauses", figures.received_after_pauses);
  findings.found("returned_at_once", figures.returned_at_once);
  findings.found("repeated_farewells", figures.repeated_farewells);
  for (std::size_t i = 0; i < departures; ++i) {
    const std::string name{departure_names[i]};
    findings.found("left_by_" + name, figures.left_by[i]);
    if (figures.seen_offline[i] == 0)
      continue;
    findings.found("seconds_online_after_" + name,
                   figures.seconds_online_after[i]
                     / static_cast<double>(figures.seen_offline[i]));
    findings.found("most_seconds_online_after_" + name,
                   figures.most_seconds_online_after[i]);
  }
}

/// How many of a hundred seconds of one processor a process uses.
class processor_meter {
public:
  explicit processor_meter(std::optional<pid_t> process)
    : process_(process), begin_(used()) {}

  std::optional<double> percent() const {
    const auto end = used();
    if (!begin_ || !end)
      return std::nullopt;
    const std::chrono::duration<double> busy = *end - *begin_;
    const std::chrono::duration<double> spent = clock::now() - since_;
    return 100 * busy.count() / spent.count();
  }

private:
  std::optional<milliseconds> used() const {
    return process_ ? processor_time(*process_) : std::nullopt;
  }

  std::optional<pid_t> process_;
  std::optional<milliseconds> begin_;
  clock::time_point since_ = clock::now();
};

void report_load(const scenario_run& run, std::string_view name,
                 const processor_meter& meter) {
  if (const auto percent = meter.percent())
    run.findings.found(name, *percent);
}

/// Lets the population live, and says now and then what became of it.
void live(const scenario_run& run, const mixed_figures& figures,
          const mixed_traffic& traffic) {
  const auto begin = clock::now();
  for (seconds spent{0}; spent < run.settings.duration; ++spent) {
    run.loop.run_until([] { return false; }, begin + spent);
    if (spent.count() % 10 == 0)
      progress(std::to_string(spent.count()) + " s, "
               + std::to_string(figures.lives) + " lives, "
               + std::to_string(traffic.published()) + " published, "
               + std::to_string(figures.received()) + " received"
               + (run.findings.passed() ? "" : ", broken:\n")
               + run.findings.to_text());
  }
  run.loop.run_until([] { return false; }, begin + run.settings.duration);
}

/// Waits until all have left and the server has been seen to know.
void leave(const scenario_run& run, std::deque<mixed_client>& population) {
  for (auto& each : population)
    each.stop();
  const auto all_gone = [&population] {
    return std::all_of(population.begin(), population.end(),
                       [](const mixed_client& each) { return each.gone(); });
  };
  if (run.loop.run_until(all_gone))
    return;
  for (const auto& each : population)
    run.findings.expect(each.gone(), "every client leaves", each.describe());
}

} // namespace

void run_mixed(const scenario_run& run) {
  const auto& settings = run.settings;
  const rest_api requests{settings.server, settings.who};
  api_client api{run.loop, settings.server, settings.clients};
  presence present{run, requests, api};
  if (!present.expect_users(0, settings.grace))
    return;
  leftovers left_behind{run};

  mixed_traffic traffic{run, requests};
  mixed_figures figures;
  std::deque<mixed_client> population;
  for (std::size_t i = 0; i < settings.clients; ++i)
    population.emplace_back(run, traffic, figures, i).start(arrival_time);
  traffic.start();
  const processor_meter server{settings.pid};
  const processor_meter own{::getpid()};
  live(run, figures, traffic);
  report_load(run, "server_processor_percent", server);
  report_load(run, "client_processor_percent", own);

  progress("leaving");
  traffic.stop();
  const auto answered = [&traffic] { return traffic.idle(); };
  run.findings.expect(run.loop.run_until(answered),
                      "every request is answered in time",
                      "some were not when the time was over");
  leave(run, population);
  run.loop.run_until(answered);
  traffic.report_figures();
  report_figures(run, figures);
  run.findings.expect(figures.received() <= traffic.counted(),
                      "nobody gets what is not counted",
                      std::to_string(traffic.counted()) + " counted, "
                        + std::to_string(figures.received()) + " received");

  progress("waiting for the server to forget them");
  // Those who never said who they are were not waited for.
  const auto longest = settings.disconnect_delay + 2 * settings.grace;
  present.expect_users(0, longest);
  for (std::size_t i = 0; i < traffic.channels()
                          && present.expect_members(
                            mixed_traffic::channel_name(i), {}, settings.grace);
       ++i) {
  }
  population.clear();
  if (traffic.idle())
    traffic.close();
  left_behind.expect_none(longest);
}

} // namespace thunderpush::load
