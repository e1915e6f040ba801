#include "tests/load/admin_stats.hpp"
#include "tests/load/leftovers.hpp"
#include "tests/load/push_session.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/server_process.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace thunderpush::load {

namespace {

// How many open at a time.
constexpr std::size_t at_once = 200;

// For what the server does once the last has opened.
constexpr std::chrono::seconds rest{2};

class idle_sessions;

/// One that opens and then waits for what never comes.
class idle_session final : push_session_events {
public:
  idle_session(const scenario_run& run, idle_sessions& all, std::uint64_t n);

  void open() { session_->open(); }
  void drop() { session_->drop(false); }

private:
  void on_open() override;
  void on_delivery(const delivery&) override;
  void on_commands_taken() override {}
  void on_silent() override {}
  void on_closed(std::uint16_t code) override;
  void on_forgotten(clock::duration) override;
  void on_failure(const std::string& reason) override;

  idle_sessions& all_;
  std::unique_ptr<push_session> session_;
};

/// All of them.
class idle_sessions {
public:
  explicit idle_sessions(const scenario_run& run) : run_(run) {}

  /// @returns whether all of so many are open
  bool open(std::size_t count) {
    wanted_ = count;
    open_next();
    return run_.loop.run_until([this] { return open_ + failed_ == wanted_; })
           && failed_ == 0;
  }

  void drop() {
    for (auto& each : sessions_)
      each.drop();
  }

  void opened() {
    ++open_;
    open_next();
  }

  void failed(std::string reason) {
    ++failed_;
    run_.findings.broke("every session opens and stays", std::move(reason));
  }

private:
  void open_next() {
    while (sessions_.size() < wanted_
           && sessions_.size() - open_ - failed_ < at_once)
      sessions_.emplace_back(run_, *this, sessions_.size()).open();
  }

  const scenario_run& run_;
  std::deque<idle_session> sessions_;
  std::size_t wanted_ = 0;
  std::size_t open_ = 0;
  std::size_t failed_ = 0;
};

idle_session::idle_session(const scenario_run& run, idle_sessions& all,
                           std::uint64_t n)
  : all_(all),
    session_(make_push_session(run.loop, *this, run.settings.server,
                               run.settings.idle_over, n)) {}

void idle_session::on_open() {
  all_.opened();
}

void idle_session::on_delivery(const delivery&) {
  all_.failed("a message arrived");
}

void idle_session::on_closed(std::uint16_t code) {
  all_.failed("closed with " + std::to_string(code));
}

void idle_session::on_forgotten(clock::duration) {
  all_.failed("forgotten");
}

void idle_session::on_failure(const std::string& reason) {
  all_.failed(reason);
}

} // namespace

void run_idle(const scenario_run& run) {
  const auto& settings = run.settings;
  leftovers left_behind{run};
  const auto process = *settings.pid;
  const auto resident = [process] { return resident_kib(process).value_or(0); };
  const auto before = resident();

  progress("opening " + std::to_string(settings.clients) + " sessions over "
           + std::string{to_string(settings.idle_over)});
  idle_sessions sessions{run};
  const bool all = sessions.open(settings.clients);
  run.loop.run_for(rest);
  const auto after = resident();
  if (settings.admin_port) {
    const auto there = counter_in(left_behind.stats(), "connections");
    run.findings.expect(there == settings.clients,
                        "the server has as many connections as were opened",
                        std::to_string(there.value_or(0)) + " instead of "
                          + std::to_string(settings.clients));
  }
  run.findings.found("transport", std::string{to_string(settings.idle_over)});
  run.findings.found("sessions", std::uint64_t{settings.clients});
  run.findings.found("rss_base_kib", before);
  run.findings.found("rss_end_kib", after);
  if (all)
    run.findings.found(
      "bytes_per_session",
      1024 * (static_cast<double>(after) - static_cast<double>(before))
        / static_cast<double>(settings.clients));

  progress("leaving");
  sessions.drop();
  left_behind.expect_none(settings.disconnect_delay + 2 * settings.grace);
}

} // namespace thunderpush::load
