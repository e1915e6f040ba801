#include "tools/benchmark/measurement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <functional>
#include <iostream>
#include <string>
#include <unistd.h>

#include "tools/benchmark/process_sample.hpp"
#include "tools/benchmark/questions.hpp"

namespace thunderpush::benchmark {

namespace {

using namespace std::chrono_literals;

// For connecting, settling, draining: beyond the measured time.
constexpr auto other_time = 180s;

// Of what was published and has not arrived by the end.
constexpr auto patience = 10s;

/// Points of the latency curve.
constexpr std::array shares{0.0,    0.1,    0.25,   0.5,   0.75,  0.9,
                            0.95,   0.98,   0.99,   0.995, 0.998, 0.999,
                            0.9995, 0.9998, 0.9999, 1.0};

std::unique_ptr<dialect> dialect_for(const options& how) {
  switch (how.kind) {
  case server_kind::sockjs:
    return sockjs_dialect(how.server, how.who);
  case server_kind::raw:
    return raw_dialect(how.server, how.who);
  case server_kind::plain:
    break;
  }
  return plain_dialect(how.server);
}

double microseconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double, std::micro>{span}.count();
}

double ratio(double part, std::uint64_t whole) {
  return whole == 0 ? 0 : part / static_cast<double>(whole);
}

std::string shortest(double number) {
  std::array<char, 32> text{};
  const auto end
    = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end.ptr};
}

/// What was used between two moments.
class stopwatch {
public:
  explicit stopwatch(pid_t server) : server_(server) {}

  struct span {
    std::chrono::nanoseconds wall;
    processor_time server;
    std::chrono::nanoseconds client;
    machine_time machine;
  };

  span elapsed() const {
    const auto now = look();
    return {now.wall - begin_.wall,
            {now.server.all - begin_.server.all,
             now.server.user - begin_.server.user,
             now.server.system - begin_.server.system},
            now.client - begin_.client,
            {now.machine.busy - begin_.machine.busy,
             now.machine.stolen - begin_.machine.stolen}};
  }

private:
  span look() const {
    return {clock::now().time_since_epoch(),
            processor_time_of(server_).value_or(processor_time{}),
            processor_time_of(::getpid()).value_or(processor_time{}).all,
            machine_time_now()};
  }

  pid_t server_;
  span begin_ = look();
};

void add_utilisation(const stopwatch::span& spent, load::report& findings) {
  const auto share = [&spent](std::chrono::nanoseconds part) {
    return std::chrono::duration<double>{part} / spent.wall;
  };
  const auto divided = spent.server.user + spent.server.system;
  findings.found("server_utilisation", share(spent.server.all));
  findings.found("server_user_share",
                 divided.count() == 0
                   ? 0
                   : std::chrono::duration<double>{spent.server.user}
                       / divided);
  findings.found("client_utilisation", share(spent.client));
  // What others did on this machine: a lot makes the figures doubtful.
  findings.found("other_utilisation",
                 share(spent.machine.busy - spent.server.all - spent.client));
  findings.found("stolen", share(spent.machine.stolen));
}

void add_latencies(const ctl::latencies& latencies, load::report& findings) {
  if (latencies.count() == 0)
    return;
  findings.found("latencies", latencies.count());
  for (const auto share : shares)
    findings.found("latency_us_at_" + shortest(share),
                   static_cast<double>(latencies.quantile(share).count()));
}

/// One run against one server.
class run {
public:
  run(const options& how, load::report& findings)
    : how_(how),
      findings_(findings),
      speaks_(dialect_for(how)),
      loop_(clock::now() + other_time + how.warm_up + how.duration) {}

  void of_questions();
  void of_traffic();

private:
  using counter = std::function<std::uint64_t()>;

  void tell(const std::string& what) const {
    std::cerr << how_.label << ": " << what << std::endl;
  }

  bool connect();
  void publish();
  void serve_for(std::chrono::milliseconds span, std::string_view unit,
                 const counter& done);
  void drain();
  void check();
  traffic& first() { return traffics_.front(); }

  const options& how_;
  load::report& findings_;
  std::unique_ptr<dialect> speaks_;
  load::event_loop loop_;
  std::deque<traffic> traffics_; // the load, and what is beside it
};

void run::serve_for(std::chrono::milliseconds span, std::string_view unit,
                    const counter& done) {
  const auto end = clock::now() + span;
  auto told = clock::now();
  auto done_then = done();
  for (auto now = told; now < end; now = clock::now()) {
    auto again = std::min(end, told + 1s);
    for (auto& each : traffics_)
      again = std::min(again, each.step());
    loop_.turn(again);
    if (now < told + 1s)
      continue;
    const std::chrono::duration<double> since = now - told;
    const auto rate = static_cast<double>(done() - done_then) / since.count();
    tell(std::to_string(static_cast<std::uint64_t>(rate))
           .append(" ")
           .append(unit)
           .append("/s"));
    told = now;
    done_then = done();
  }
}

void run::of_questions() {
  questions all{loop_, how_.server, how_.questions, speaks_->ask(), findings_};
  const auto answered = [&all] { return all.answered(); };
  all.begin();
  serve_for(how_.warm_up, "answers", answered);
  const stopwatch watch{how_.server_process};
  const auto before = all.answered();
  serve_for(how_.duration, "answers", answered);
  const auto spent = watch.elapsed();
  const auto count = all.answered() - before;
  all.end();
  findings_.expect(count > 0, "questions are answered", "none was");
  findings_.found("answers", count);
  findings_.found("server_us_per_answer",
                  ratio(microseconds(spent.server.all), count));
  add_utilisation(spent, findings_);
}

void run::of_traffic() {
  traffics_.emplace_back(loop_, how_.server, *speaks_, how_.load, findings_);
  if (how_.beside)
    traffics_.emplace_back(loop_, how_.server, *speaks_, *how_.beside,
                           findings_);
  if (connect() && how_.duration.count() > 0)
    publish();
  for (auto& each : traffics_)
    each.leave();
}

bool run::connect() {
  std::uint64_t clients = how_.load.audience.subscribers;
  if (how_.beside)
    clients += how_.beside->audience.subscribers;
  tell("connecting " + std::to_string(clients) + " clients");
  const auto memory = memory_kib_of(how_.server_process).value_or(0);
  const stopwatch watch{how_.server_process};
  for (auto& each : traffics_)
    if (!each.connect([this](std::size_t count) {
          tell(std::to_string(count) + " are connected");
        }))
      return false;
  // Until the server has carried out what they have said.
  loop_.run_for(how_.settling);
  const auto spent = watch.elapsed();
  const auto now = memory_kib_of(how_.server_process).value_or(0);
  findings_.found("clients", clients);
  findings_.found("server_us_per_connection",
                  ratio(microseconds(spent.server.all), clients));
  findings_.found(
    "memory_kib_per_connection",
    ratio(static_cast<double>(now) - static_cast<double>(memory), clients));
  findings_.found("memory_kib", now);
  return true;
}

void run::publish() {
  const auto deliveries = [this] { return first().counted().deliveries; };
  for (auto& each : traffics_)
    each.begin();
  serve_for(how_.warm_up, "deliveries", deliveries);
  for (auto& each : traffics_)
    each.measure(true);
  const stopwatch watch{how_.server_process};
  const auto before = first().counted();
  serve_for(how_.duration, "deliveries", deliveries);
  const auto spent = watch.elapsed();
  const auto after = first().counted();
  drain();
  const auto seconds = std::chrono::duration<double>{spent.wall}.count();
  const auto delivered = after.deliveries - before.deliveries;
  const auto published = after.publishes - before.publishes;
  findings_.expect(delivered > 0, "messages arrive", "none did");
  findings_.found("deliveries_per_second",
                  static_cast<double>(delivered) / seconds);
  findings_.found("publishes_per_second",
                  static_cast<double>(published) / seconds);
  findings_.found("server_us_per_delivery",
                  ratio(microseconds(spent.server.all), delivered));
  findings_.found("server_us_per_publish",
                  ratio(microseconds(spent.server.all), published));
  add_utilisation(spent, findings_);
  add_latencies(traffics_.back().latencies(), findings_);
  check();
}

void run::drain() {
  for (auto& each : traffics_) {
    each.measure(false);
    each.end();
  }
  const auto end = clock::now() + patience;
  const auto settled = [this] {
    return std::all_of(traffics_.begin(), traffics_.end(),
                       [](const traffic& each) { return each.settled(); });
  };
  while (!settled() && clock::now() < end) {
    auto again = end;
    for (auto& each : traffics_)
      again = std::min(again, each.step());
    loop_.turn(again);
  }
}

void run::check() {
  ledger::faults sum;
  for (const auto& each : traffics_) {
    const auto faults = each.check();
    sum.lost += faults.lost;
    sum.duplicates += faults.duplicates;
    sum.out_of_order += faults.out_of_order;
  }
  findings_.found("lost", sum.lost);
  findings_.found("duplicates", sum.duplicates);
  findings_.found("out_of_order", sum.out_of_order);
}

} // namespace

void measure(const options& how, load::report& findings) {
  run once{how, findings};
  if (how.questions > 0)
    once.of_questions();
  else
    once.of_traffic();
}

} // namespace thunderpush::benchmark
