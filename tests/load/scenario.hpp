#pragma once

#include "tests/load/event_loop.hpp"
#include "tests/load/options.hpp"
#include "tests/load/report.hpp"

namespace thunderpush::load {

/// What every scenario works with. All of it outlives the scenario.
struct scenario_run {
  const options& settings;
  event_loop& loop;
  report& findings;
};

/// Many subscribers of one channel: each message reaches each of them, once
/// and in order, and each answer counts them all.
void run_fanout(const scenario_run& run);

/// Many users: each gets its own messages and no others.
void run_users(const scenario_run& run);

/// A population in motion: whatever the others do, a subscriber misses nothing
/// while it is subscribed, and nothing remains of those who vanished.
void run_churn(const scenario_run& run);

/// A population in motion on every transport: each client's record of what it
/// got is explained by what it was subscribed to while it was there.
void run_mixed(const scenario_run& run);

/// Sessions that do nothing: what each costs the server.
void run_idle(const scenario_run& run);

/// A fan-out among many actors, with and without an operator who looks on:
/// what looking costs, and how long it takes.
void run_watched(const scenario_run& run);

/// Some of many clients stop reading: how long it takes until the server has
/// dealt with all of them, and what the others notice.
void run_stalled(const scenario_run& run);

/// A steady load for a long time: nothing is lost, and the server's memory
/// stays where it is.
void run_soak(const scenario_run& run);

} // namespace thunderpush::load
