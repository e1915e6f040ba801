#include "tests/load/api_client.hpp"
#include "tests/load/audience.hpp"
#include "tests/load/delivery_ledger.hpp"
#include "tests/load/pacer.hpp"
#include "tests/load/presence.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/server_process.hpp"

#include <algorithm>
#include <deque>

namespace thunderpush::load {

namespace {

using std::chrono::seconds;

constexpr std::string_view channel = "c";

constexpr std::chrono::milliseconds pace{1};

// A request waits behind so many others at most. What comes due while all
// publishers are that busy is skipped: the server's answers set the rate then.
constexpr std::size_t most_waiting = 4;

/// Publishes at a fixed rate over several connections. Each connection is a
/// stream: its messages are in order, those of different ones are not.
class steady_stream {
public:
  steady_stream(const scenario_run& run, const rest_api& requests)
    : run_(run),
      requests_(requests),
      pacer_(run.settings.rate, clock::now()),
      posted_(run.settings.publishers, 0) {
    for (std::size_t i = 0; i < run.settings.publishers; ++i)
      publishers_.emplace_back(run.loop, run.settings.server, i);
  }

  void start() {
    pacer_ = pacer{run_.settings.rate, clock::now()};
    tick();
  }

  void stop() { timer_.cancel(); }

  bool idle() const {
    return std::all_of(
      publishers_.begin(), publishers_.end(),
      [](const api_client& publisher) { return publisher.waiting() == 0; });
  }

  /// How many messages each connection has sent.
  const std::vector<std::uint64_t>& posted() const { return posted_; }

  /// How many messages the server has taken, from all connections.
  std::uint64_t answered() const { return answered_; }

  std::uint64_t skipped() const { return skipped_; }

  std::uint64_t throttled() const {
    std::uint64_t sum = 0;
    for (const auto& publisher : publishers_)
      sum += publisher.throttled();
    return sum;
  }

private:
  void tick() {
    for (auto due = pacer_.take(clock::now()); due > 0; --due)
      post();
    timer_ = run_.loop.after(pace, [this] { tick(); });
  }

  void post() {
    const auto least
      = std::min_element(publishers_.begin(), publishers_.end(),
                         [](const api_client& left, const api_client& right) {
                           return left.waiting() < right.waiting();
                         });
    if (least->waiting() >= most_waiting) {
      ++skipped_;
      return;
    }
    const auto stream = static_cast<std::size_t>(least - publishers_.begin());
    const auto body = to_body(
      {static_cast<std::uint32_t>(stream), posted_[stream]++, clock::now()});
    least->send(
      requests_.post_to_channel(channel, body),
      [this, stream](const http_response& answer) { check(stream, answer); });
  }

  void check(std::size_t stream, const http_response& answer) {
    if (answer.status != 200) {
      run_.findings.broke("every publish is answered 200 or 429",
                          "publisher " + std::to_string(stream) + ": "
                            + describe(answer));
      return;
    }
    ++answered_;
    run_.findings.expect(parse_count(answer.body) == run_.settings.clients,
                         "every answer counts all subscribers",
                         "expected " + std::to_string(run_.settings.clients)
                           + ", got " + describe(answer));
  }

  const scenario_run& run_;
  const rest_api& requests_;
  pacer pacer_;
  std::deque<api_client> publishers_;
  std::vector<std::uint64_t> posted_;
  std::uint64_t answered_ = 0;
  std::uint64_t skipped_ = 0;
  event_loop::timer timer_;
};

/// The server's memory, looked at once a second.
class memory_watch {
public:
  explicit memory_watch(const scenario_run& run)
    : run_(run), warmed_up_(std::min(seconds{60}, run.settings.duration / 5)) {}

  void sample(seconds since_start) {
    const auto kib = resident_kib(*run_.settings.pid);
    if (!kib) {
      run_.findings.broke("the server's process stays",
                          "gone after " + std::to_string(since_start.count())
                            + " s");
      return;
    }
    last_ = *kib;
    peak_ = std::max(peak_, last_);
    if (since_start <= warmed_up_)
      base_ = last_;
  }

  std::uint64_t last() const { return last_; }

  void close() {
    const double growth
      = base_ == 0
          ? 0
          : 100.0
              * (static_cast<double>(last_) / static_cast<double>(base_) - 1);
    run_.findings.found("rss_base_seconds",
                        static_cast<std::uint64_t>(warmed_up_.count()));
    run_.findings.found("rss_base_kib", base_);
    run_.findings.found("rss_peak_kib", peak_);
    run_.findings.found("rss_end_kib", last_);
    run_.findings.found("rss_growth_percent", growth);
    if (const auto most = run_.settings.max_growth)
      run_.findings.expect(growth <= static_cast<double>(*most),
                           "the server's memory does not grow",
                           "grew by " + std::to_string(growth) + " percent");
  }

private:
  const scenario_run& run_;
  seconds warmed_up_;
  std::uint64_t base_ = 0;
  std::uint64_t peak_ = 0;
  std::uint64_t last_ = 0;
};

/// Publishes and watches until the duration is over.
void soak(const scenario_run& run, steady_stream& stream,
          memory_watch& memory) {
  const auto begin = clock::now();
  stream.start();
  for (seconds second{0}; second <= run.settings.duration; ++second) {
    run.loop.run_until([] { return false; }, begin + second);
    memory.sample(second);
    if (second.count() % 10 == 0)
      progress(std::to_string(second.count()) + " s, "
               + std::to_string(stream.answered()) + " publishes, "
               + std::to_string(memory.last()) + " KiB");
  }
  stream.stop();
  const std::chrono::duration<double> spent = clock::now() - begin;
  const bool drained = run.loop.run_until([&stream] { return stream.idle(); });
  run.findings.expect(drained, "every publish is answered in time",
                      "some were not when the time was over");
  run.findings.found("rate", run.settings.rate);
  run.findings.found("achieved_rate",
                     static_cast<double>(stream.answered()) / spent.count());
  run.findings.found("published", stream.answered());
  run.findings.found("skipped", stream.skipped());
  run.findings.found("throttled", stream.throttled());
}

} // namespace

void run_soak(const scenario_run& run) {
  const auto& settings = run.settings;
  const rest_api requests{settings.server, settings.who};
  api_client api{run.loop, settings.server, settings.clients};
  presence present{run, requests, api};
  delivery_ledger ledger{run.findings, settings.clients, settings.publishers};
  audience subscribers{
    run, channel, [&run, &ledger](std::size_t client, const delivery& what) {
      const auto& [stream, number, posted] = what.message;
      if (what.channel == channel && stream < run.settings.publishers)
        ledger.note(client, stream, number);
      else
        run.findings.broke("only messages of the channel arrive",
                           "client " + std::to_string(client) + ": channel "
                             + std::string{what.channel});
    }};

  progress("connecting " + std::to_string(settings.clients) + " clients");
  if (!subscribers.connect()
      || !present.expect_members(channel, subscribers.users(),
                                 settings.timeout))
    return;

  progress("publishing");
  steady_stream stream{run, requests};
  memory_watch memory{run};
  soak(run, stream, memory);
  const auto expected = stream.answered() * settings.clients;
  subscribers.listen_until(
    [&ledger, expected] { return ledger.received() >= expected; });
  ledger.close(stream.posted());
  memory.sample(settings.duration);
  memory.close();

  progress("leaving");
  subscribers.leave();
  present.expect_members(channel, {}, 2 * settings.grace);
}

} // namespace thunderpush::load
