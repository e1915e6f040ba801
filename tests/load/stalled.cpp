#include "tests/load/admin_stats.hpp"
#include "tests/load/api_client.hpp"
#include "tests/load/audience.hpp"
#include "tests/load/pacer.hpp"
#include "tests/load/presence.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/server_process.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <deque>
#include <string>
#include <vector>

namespace thunderpush::load {

namespace {

using namespace std::chrono_literals;

// One client in so many stops reading.
constexpr std::size_t stalled_share = 10;

constexpr std::size_t subscribers_per_channel = 100;

// What those get that do not read: enough to fill their queues in seconds.
constexpr std::string_view bulk_channel = "bulk";
constexpr std::size_t bulk_bytes = 16 * 1024;
constexpr std::uint64_t bulk_rate = 20;

constexpr auto pace = 2ms;
// Seldom: what a look costs the server delays whoever comes meanwhile, and must
// not be what one message in a hundred waits for.
constexpr auto look_pace = 500ms;
constexpr auto warm_up = 3s;

// Else one message in a hundred would be a few dozen.
constexpr auto shortest_stall = 4s;

std::string channel_of(std::size_t client) {
  return "c" + std::to_string(client / subscribers_per_channel);
}

double percentile(std::vector<double>& values, double share) {
  if (values.empty())
    return 0;
  const auto at = static_cast<std::size_t>(
    std::ceil(share * static_cast<double>(values.size())) - 1);
  std::nth_element(values.begin(), values.begin() + static_cast<long>(at),
                   values.end());
  return values[at];
}

/// The value of a sample in an exposition for Prometheus; 0 if there is none.
std::uint64_t sample_in(std::string_view text, std::string_view name) {
  const auto key = "\n" + std::string{name} + " ";
  const auto at = text.find(key);
  std::uint64_t value = 0;
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at + key.size(), text.data() + text.size(),
                    value);
  return value;
}

/// How long messages took to reach the clients that read, in a phase.
class latency_phase {
public:
  void note(const delivery& what) {
    const std::chrono::duration<double, std::milli> spent
      = clock::now() - what.message.posted;
    milliseconds_.push_back(spent.count());
  }

  void report_as(report& findings, const std::string& phase) {
    findings.found("deliveries_" + phase, std::uint64_t{milliseconds_.size()});
    findings.found("p50_ms_" + phase, percentile(milliseconds_, 0.5));
    findings.found("p99_ms_" + phase, p99());
  }

  double p99() { return percentile(milliseconds_, 0.99); }

private:
  std::vector<double> milliseconds_;
};

/// Publishes to channels and to users by turns, and to the bulk channel when it
/// is told to.
class traffic {
public:
  traffic(const scenario_run& run, const rest_api& requests)
    : run_(run),
      requests_(requests),
      channels_((run.settings.clients + subscribers_per_channel - 1)
                / subscribers_per_channel),
      to_users_(run.settings.rate, clock::now()),
      to_channels_(channel_rate(), clock::now()),
      bulk_(bulk_rate, clock::now()),
      bulk_body_('"' + std::string(bulk_bytes, 'x') + '"') {
    for (std::size_t i = 0; i < run.settings.publishers; ++i)
      clients_.emplace_back(run.loop, run.settings.server, i);
    tick();
  }

  void begin_bulk() {
    bulk_ = pacer{bulk_rate, clock::now()};
    has_bulk_ = true;
  }

  void end_bulk() { has_bulk_ = false; }

  void stop() { timer_.cancel(); }

  bool idle() const {
    return std::all_of(
      clients_.begin(), clients_.end(),
      [](const api_client& each) { return each.waiting() == 0; });
  }

  std::uint64_t published() const { return published_; }

  std::uint64_t throttled() const {
    std::uint64_t sum = 0;
    for (const auto& each : clients_)
      sum += each.throttled();
    return sum;
  }

private:
  std::uint64_t channel_rate() const {
    return std::max<std::uint64_t>(1, run_.settings.rate
                                        / subscribers_per_channel);
  }

  void tick() {
    const auto now = clock::now();
    for (auto due = to_users_.take(now); due > 0; --due, ++user_)
      post(requests_.post_to_user(user_id(user_ % run_.settings.clients),
                                  next_body()));
    for (auto due = to_channels_.take(now); due > 0; --due, ++channel_)
      post(requests_.post_to_channel("c" + std::to_string(channel_ % channels_),
                                     next_body()));
    if (has_bulk_)
      for (auto due = bulk_.take(now); due > 0; --due)
        post(requests_.post_to_channel(bulk_channel, bulk_body_));
    timer_ = run_.loop.after(pace, [this] { tick(); });
  }

  std::string next_body() { return to_body({0, published_, clock::now()}); }

  void post(std::string request) {
    clients_[published_++ % clients_.size()].send(
      std::move(request), [this](const http_response& answer) {
        run_.findings.expect(answer.status == 200,
                             "every publish is answered 200", describe(answer));
      });
  }

  const scenario_run& run_;
  const rest_api& requests_;
  const std::size_t channels_;
  std::deque<api_client> clients_;
  pacer to_users_;
  pacer to_channels_;
  pacer bulk_;
  const std::string bulk_body_;
  event_loop::timer timer_;
  std::uint64_t published_ = 0;
  std::size_t user_ = 0;
  std::size_t channel_ = 0;
  bool has_bulk_ = false;
};

/// Looks again and again how many clients the server has dealt with, and at its
/// memory.
class onlooker {
public:
  explicit onlooker(const scenario_run& run)
    : run_(run), client_(run.loop, address_of(run), 1) {
    look();
  }

  void stop() { timer_.cancel(); }

  bool idle() const { return client_.waiting() == 0; }

  std::uint64_t closed() const { return closed_; }
  std::uint64_t dropping() const { return dropping_; }
  std::uint64_t most_used() const { return most_used_; }
  std::uint64_t budget() const { return budget_; }
  std::uint64_t most_resident_kib() const { return most_resident_kib_; }

private:
  static endpoint address_of(const scenario_run& run) {
    auto where = run.settings.server;
    where.port = *run.settings.admin_port;
    return where;
  }

  static std::string request(std::string_view target) {
    return std::string{"GET "}.append(target).append(
      " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  void look() {
    client_.send(request("/metrics"), [this](const http_response& answer) {
      closed_ = sample_in(answer.body, "thunderpush_slow_consumers_total");
      budget_ = sample_in(answer.body, "thunderpush_memory_budget_bytes");
      most_used_ = std::max(
        most_used_, sample_in(answer.body, "thunderpush_memory_used_bytes"));
    });
    client_.send(request("/connections?slow=true&sort=dropped&limit=1000"),
                 [this](const http_response& answer) {
                   dropping_ = connections_that_dropped(answer.body);
                 });
    most_resident_kib_ = std::max(most_resident_kib_,
                                  resident_kib(*run_.settings.pid).value_or(0));
    timer_ = run_.loop.after(look_pace, [this] { look(); });
  }

  static std::uint64_t connections_that_dropped(std::string_view list) {
    constexpr std::string_view member = "\"dropped\":";
    std::uint64_t count = 0;
    for (auto at = list.find(member); at != std::string_view::npos;
         at = list.find(member, at + 1)) {
      const auto value = list.substr(at + member.size(), 2);
      const auto digit = value.find_first_not_of(' ');
      count += digit != std::string_view::npos && value[digit] != '0' ? 1 : 0;
    }
    return count;
  }

  const scenario_run& run_;
  api_client client_;
  event_loop::timer timer_;
  std::uint64_t closed_ = 0;
  std::uint64_t dropping_ = 0;
  std::uint64_t most_used_ = 0;
  std::uint64_t budget_ = 0;
  std::uint64_t most_resident_kib_ = 0;
};

} // namespace

void run_stalled(const scenario_run& run) {
  const auto& settings = run.settings;
  const auto stalling = settings.clients / stalled_share;
  const rest_api requests{settings.server, settings.who};
  api_client api{run.loop, settings.server, settings.clients};
  presence present{run, requests, api};
  latency_phase ignored;
  latency_phase before;
  latency_phase during;
  latency_phase after;
  auto* current = &ignored;
  audience clients{
    run,
    [stalling](std::size_t client) {
      auto names = channel_of(client);
      if (client < stalling)
        names.append(":").append(bulk_channel);
      return names;
    },
    [&current, stalling](std::size_t client, const delivery& what) {
      if (client >= stalling)
        current->note(what);
    }};
  clients.prepare_to_stall(stalling);

  progress("connecting " + std::to_string(settings.clients) + " clients");
  if (!clients.connect()
      || !present.expect_users(settings.clients, settings.timeout))
    return;
  const auto phase = settings.duration / 2;
  onlooker looks{run};
  traffic source{run, requests};
  run.loop.run_for(warm_up);
  progress("publishing, all read");
  current = &before;
  run.loop.run_for(phase);
  const auto resident_before = resident_kib(*settings.pid).value_or(0);

  progress(std::to_string(stalling) + " stop reading");
  current = &during;
  const auto begin = clock::now();
  clients.stall();
  source.begin_bulk();
  const auto all_handled
    = [&] { return looks.closed() + looks.dropping() >= stalling; };
  const bool handled
    = run.loop.run_until(all_handled, begin + settings.timeout / 2);
  const std::chrono::duration<double> spent = clock::now() - begin;
  // Later all may be closed: what is for users is never dropped alone.
  const auto closed = looks.closed();
  const auto dropping = looks.dropping();
  run.loop.run_for(begin + shortest_stall - clock::now());
  source.end_bulk();
  progress("publishing, those are dealt with");
  current = &after;
  run.loop.run_for(phase);
  source.stop();
  looks.stop();
  clients.listen_until([&] { return source.idle() && looks.idle(); });

  auto& findings = run.findings;
  findings.expect(handled, "every client that stalls is dealt with",
                  std::to_string(closed) + " were closed, "
                    + std::to_string(dropping) + " miss messages, of "
                    + std::to_string(stalling));
  findings.found("published", source.published());
  findings.found("throttled", source.throttled());
  findings.found("stalled", std::uint64_t{stalling});
  findings.found("closed", closed);
  findings.found("dropping", dropping);
  findings.found("handled_seconds", spent.count());
  before.report_as(findings, "before");
  during.report_as(findings, "during");
  after.report_as(findings, "after");
  findings.found("p99_ratio_during",
                 before.p99() > 0 ? during.p99() / before.p99() : 0);
  findings.found("p99_ratio_after",
                 before.p99() > 0 ? after.p99() / before.p99() : 0);
  findings.found("rss_before_kib", resident_before);
  findings.found("rss_peak_kib", looks.most_resident_kib());
  findings.found("memory_used_peak_bytes", looks.most_used());
  findings.found("memory_budget_bytes", looks.budget());
  progress("leaving");
  clients.leave();
}

} // namespace thunderpush::load
