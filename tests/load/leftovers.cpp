#include "tests/load/leftovers.hpp"

#include "tests/load/admin_stats.hpp"
#include "tests/load/server_process.hpp"

namespace thunderpush::load {

namespace {

constexpr std::chrono::milliseconds between_looks{200};

std::string request_text(const endpoint& server, const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: " + to_string(server) + "\r\n\r\n";
}

} // namespace

leftovers::leftovers(const scenario_run& run)
  : run_(run),
    admin_{run.settings.server.address, run.settings.admin_port.value_or(0)} {
  if (run.settings.admin_port) {
    connection_.emplace(run.loop, admin_, 0);
    actors_ = actors_in(stats());
    run.findings.expect(actors_.has_value(),
                        "the admin endpoint tells the numbers of actors",
                        "it does not");
  }
  if (run.settings.pid)
    descriptors_ = open_descriptors(*run.settings.pid);
}

std::string leftovers::stats() {
  return ask("/stats");
}

std::string leftovers::ask(const std::string& path) {
  if (!connection_)
    return {};
  return connection_->ask(request_text(admin_, path)).body;
}

bool leftovers::none() {
  if (actors_ && actors_in(stats()) != actors_)
    return false;
  return !descriptors_
         || open_descriptors(*run_.settings.pid).value_or(0) <= *descriptors_;
}

void leftovers::expect_none(std::chrono::seconds in_time) {
  const auto begin = clock::now();
  const auto deadline = begin + in_time;
  bool gone = none();
  while (!gone && clock::now() < deadline) {
    run_.loop.run_for(between_looks);
    gone = none();
  }
  const std::chrono::duration<double> spent = clock::now() - begin;
  run_.findings.found("forgotten_seconds", spent.count());
  if (actors_) {
    const auto now = actors_in(stats()).value_or("nothing");
    run_.findings.found("actors_at_start", *actors_);
    run_.findings.found("actors_at_end", now);
    run_.findings.expect(now == *actors_, "no actor is left behind",
                         ask("/actors?kind=connection&limit=5")
                           + ask("/actors?kind=channel&limit=5")
                           + ask("/actors?kind=session&limit=5"));
    run_.findings.expect(counter_in(stats(), "actor_failures") == 0,
                         "no actor fails", stats());
  }
  if (descriptors_) {
    const auto now = open_descriptors(*run_.settings.pid).value_or(0);
    run_.findings.found("descriptors_at_start", *descriptors_);
    run_.findings.found("descriptors_at_end", now);
    run_.findings.expect(now <= *descriptors_,
                         "the server closes every descriptor",
                         std::to_string(*descriptors_) + " at the start, "
                           + std::to_string(now) + " at the end");
  }
}

} // namespace thunderpush::load
