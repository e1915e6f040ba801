#include "tests/load/admin_stats.hpp"
#include "tests/load/api_client.hpp"
#include "tests/load/audience.hpp"
#include "tests/load/pacer.hpp"
#include "tests/load/presence.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/server_process.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace thunderpush::load {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view channel = "c";

constexpr std::size_t own_channels = 5;

constexpr std::size_t phases = 8;

constexpr auto pace = 10ms;

constexpr std::array<std::string_view, 3> looks{"/actors?sort=mailbox&limit=50",
                                                "/stats", "/homes"};

std::string channels_of(std::size_t client) {
  std::string names{channel};
  for (std::size_t i = 0; i < own_channels; ++i)
    names += ":own" + std::to_string(client) + "." + std::to_string(i);
  return names;
}

double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// An operator who asks once a second.
class onlooker {
public:
  explicit onlooker(const scenario_run& run)
    : run_(run), endpoint_(address_of(run)), client_(run.loop, endpoint_, 1) {}

  void start() {
    for (const auto each : looks)
      look(each);
    timer_ = run_.loop.after(1s, [this] { start(); });
  }

  void stop() { timer_.cancel(); }

  bool idle() const { return client_.waiting() == 0; }

  double longest_ms() const { return longest_ms_; }

  /// Actors that the server has, as it says.
  std::uint64_t actors() {
    const auto answer = client_.ask(request("/stats"));
    std::uint64_t sum = 0;
    for (const auto* kind : {"connections", "channels", "sessions"})
      sum += counter_in(answer.body, kind).value_or(0);
    return sum;
  }

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

  void look(std::string_view target) {
    const auto asked = clock::now();
    client_.send(
      request(target), [this, target, asked](const http_response& answer) {
        const std::chrono::duration<double, std::milli> spent
          = clock::now() - asked;
        longest_ms_ = std::max(longest_ms_, spent.count());
        run_.findings.expect(answer.status == 200, "every look is answered 200",
                             std::string{target} + ": " + describe(answer));
      });
  }

  const scenario_run& run_;
  endpoint endpoint_;
  api_client client_;
  event_loop::timer timer_;
  double longest_ms_ = 0;
};

/// Publishes to all at a steady rate.
class publisher {
public:
  publisher(const scenario_run& run, const rest_api& requests)
    : run_(run),
      requests_(requests),
      client_(run.loop, run.settings.server, 0),
      pacer_(run.settings.rate, clock::now()) {}

  void start() {
    pacer_ = pacer{run_.settings.rate, clock::now()};
    tick();
  }

  void stop() { timer_.cancel(); }

  bool idle() const { return client_.waiting() == 0; }

  std::uint64_t published() const { return published_; }

private:
  void tick() {
    for (auto due = pacer_.take(clock::now()); due > 0; --due)
      client_.send(requests_.post_to_channel(
                     channel, to_body({0, published_++, clock::now()})),
                   [this](const http_response& answer) {
                     run_.findings.expect(answer.status == 200,
                                          "every publish is answered 200",
                                          describe(answer));
                   });
    timer_ = run_.loop.after(pace, [this] { tick(); });
  }

  const scenario_run& run_;
  const rest_api& requests_;
  api_client client_;
  pacer pacer_;
  event_loop::timer timer_;
  std::uint64_t published_ = 0;
};

} // namespace

void run_watched(const scenario_run& run) {
  const auto& settings = run.settings;
  const rest_api requests{settings.server, settings.who};
  api_client api{run.loop, settings.server, settings.clients};
  presence present{run, requests, api};
  std::uint64_t received = 0;
  audience subscribers{
    run, channels_of,
    [&received](std::size_t, const delivery&) { ++received; }};

  progress("connecting " + std::to_string(settings.clients) + " clients");
  if (!subscribers.connect()
      || !present.expect_users(settings.clients, settings.timeout))
    return;
  onlooker operators{run};
  const auto all_there = [&] {
    return operators.actors() == settings.clients * (2 + own_channels) + 1;
  };
  const auto deadline = clock::now() + settings.timeout;
  while (!all_there() && clock::now() < deadline)
    run.loop.run_for(100ms);
  run.findings.found("actors", operators.actors());

  publisher source{run, requests};
  std::array<std::vector<double>, 2> costs; // quiet, watched
  const auto length
    = std::chrono::duration_cast<std::chrono::milliseconds>(settings.duration)
      / phases;
  for (std::size_t phase = 0; phase < phases; ++phase) {
    const bool watched = phase % 2 == 1;
    progress(watched ? "publishing, with an onlooker" : "publishing");
    const auto processor = processor_time(*settings.pid);
    const auto before = received;
    const auto expected = [&] { return source.published() * settings.clients; };
    source.start();
    if (watched)
      operators.start();
    run.loop.run_for(length);
    source.stop();
    operators.stop();
    subscribers.listen_until([&] {
      return source.idle() && operators.idle() && received >= expected();
    });
    run.findings.expect(received == expected(), "every message arrives once",
                        std::to_string(received) + " of "
                          + std::to_string(expected()));
    const auto after = processor_time(*settings.pid);
    if (!processor || !after || received == before)
      break;
    costs[watched ? 1 : 0].push_back(
      1e6 * static_cast<double>((*after - *processor).count())
      / static_cast<double>(received - before));
  }
  const auto quiet = median(costs[0]);
  const auto watched = median(costs[1]);
  run.findings.found("published", source.published());
  run.findings.found("received", received);
  run.findings.found("cpu_ns_per_delivery", quiet);
  run.findings.found("cpu_ns_per_delivery_watched", watched);
  run.findings.found("watched_ratio", quiet > 0 ? watched / quiet : 0);
  run.findings.found("longest_answer_ms", operators.longest_ms());

  progress("leaving");
  subscribers.leave();
  present.expect_users(0, settings.timeout);
}

} // namespace thunderpush::load
