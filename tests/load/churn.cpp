#include "tests/load/churn_client.hpp"
#include "tests/load/churn_traffic.hpp"
#include "tests/load/presence.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/server_process.hpp"

#include <algorithm>
#include <deque>

namespace thunderpush::load {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds arrival_time{3'000};
constexpr milliseconds between_looks{200};

void report_figures(const scenario_run& run, const churn_figures& figures) {
  const auto vanished = [&figures](farewell how) {
    return figures.vanished[static_cast<std::size_t>(how)];
  };
  auto& findings = run.findings;
  findings.found("lives", figures.lives);
  findings.found("received", figures.received);
  findings.found("subscriptions", figures.subscriptions);
  findings.found("unsubscriptions", figures.unsubscriptions);
  findings.found("removed", figures.removed);
  findings.found("comparisons", figures.comparisons);
  findings.found("left_by_close_handshake",
                 vanished(farewell::close_handshake));
  findings.found("left_by_fin", vanished(farewell::fin));
  findings.found("left_by_reset", vanished(farewell::reset));
  findings.found("left_halfway_through_the_upgrade",
                 vanished(farewell::halfway_through_the_upgrade));
  findings.found("left_halfway_through_a_frame",
                 vanished(farewell::halfway_through_a_frame));
}

/// Waits until the server has no more descriptors open than at the start.
void expect_descriptors(const scenario_run& run, pid_t process,
                        std::uint64_t at_start) {
  const auto deadline = clock::now() + 2 * run.settings.grace;
  auto now = open_descriptors(process);
  while (now.value_or(0) > at_start && clock::now() < deadline) {
    run.loop.run_for(between_looks);
    now = open_descriptors(process);
  }
  run.findings.found("descriptors_at_start", at_start);
  run.findings.found("descriptors_at_end", now.value_or(0));
  run.findings.expect(now && *now <= at_start,
                      "the server closes every descriptor",
                      std::to_string(at_start) + " at the start, "
                        + std::to_string(now.value_or(0)) + " at the end");
}

} // namespace

void run_churn(const scenario_run& run) {
  const auto& settings = run.settings;
  const rest_api requests{settings.server, settings.who};
  api_client api{run.loop, settings.server, settings.clients};
  presence present{run, requests, api};
  if (!present.expect_users(0, settings.grace))
    return;
  // With the connection of the question just asked among them.
  const auto descriptors
    = settings.pid ? open_descriptors(*settings.pid) : std::nullopt;

  churn_traffic traffic{run, requests};
  churn_figures figures;
  std::deque<churn_client> population;
  for (std::size_t i = 0; i < settings.clients; ++i)
    population.emplace_back(run, traffic, figures, i).start(arrival_time);
  traffic.start();
  const auto begin = clock::now();
  for (seconds spent{0}; spent < settings.duration; ++spent) {
    run.loop.run_until([] { return false; }, begin + spent);
    if (spent.count() % 10 == 0)
      progress(std::to_string(spent.count()) + " s, "
               + std::to_string(figures.lives) + " lives, "
               + std::to_string(figures.received) + " messages");
  }
  run.loop.run_until([] { return false; }, begin + settings.duration);

  progress("leaving");
  traffic.stop();
  run.findings.expect(run.loop.run_until([&traffic] { return traffic.idle(); }),
                      "every request is answered in time",
                      "some were not when the time was over");
  for (auto& client : population)
    client.stop();
  run.loop.run_until([&population] {
    return std::all_of(population.begin(), population.end(),
                       [](const churn_client& each) { return each.gone(); });
  });
  traffic.report_figures();
  report_figures(run, figures);

  progress("waiting for the server to forget them");
  const auto forgotten_since = clock::now();
  if (present.expect_users(0, 6 * settings.grace)) {
    const std::chrono::duration<double> spent = clock::now() - forgotten_since;
    run.findings.found("forgotten_seconds", spent.count());
  }
  // One that is not forgotten is enough to know; each costs the grace.
  for (std::size_t i = 0; i < churn_traffic::channels
                          && present.expect_members(
                            churn_traffic::channel_name(i), {}, settings.grace);
       ++i) {
  }
  if (traffic.idle())
    traffic.close();
  if (descriptors)
    expect_descriptors(run, *settings.pid, *descriptors);
}

} // namespace thunderpush::load
