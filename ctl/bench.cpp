#include "config/value.hpp"
#include "ctl/command.hpp"
#include "ctl/delivery_ledger.hpp"
#include "ctl/latencies.hpp"
#include "ctl/quantity.hpp"
#include "ctl/requests.hpp"
#include "ctl/subscriber.hpp"
#include "ctl/terminal.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <charconv>
#include <deque>
#include <iostream>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace thunderpush::ctl {

namespace asio = boost::asio;

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::microseconds;

// One bit each is kept.
constexpr std::size_t most_deliveries = 100'000'000;
// At a time, so that the listener's backlog does not overflow.
constexpr std::size_t handshakes = 64;
constexpr std::string_view end_marker = R"("end")";

// A JSON string of `size` bytes that begins with the message's number.
std::string numbered(std::size_t number, std::size_t size) {
  auto text = '"' + std::to_string(number) + ':';
  text.resize(std::max(size, text.size() + 1) - 1, 'x');
  return text + '"';
}

std::optional<std::size_t> number_in(std::string_view payload) {
  std::size_t number = 0;
  const auto* const begin = payload.data() + 1;
  const auto [end, error]
    = std::from_chars(begin, payload.data() + payload.size(), number);
  if (error != std::errc{} || end == begin || *end != ':')
    return std::nullopt;
  return number;
}

// What was measured.
struct bench_figures {
  explicit bench_figures(const options& asked)
    : ledger{asked.subscribers, asked.messages} {}

  delivery_ledger ledger;
  latencies latency;
  std::size_t published = 0;
  std::uint64_t refusals = 0; // 429
  std::size_t closed = 0;     // subscribers that the server left
  std::string close_reason;   // of the last of them
  clock::time_point begin;
  clock::time_point last_publication;
  clock::time_point last_delivery;

  double publishing_seconds() const { return seconds(last_publication); }
  double delivering_seconds() const { return seconds(last_delivery); }

private:
  double seconds(clock::time_point end) const {
    const std::chrono::duration<double> spent = end - begin;
    return std::max(spent.count(), 1e-6);
  }
};

// Subscribes, waits until the server knows of all, publishes, and ends when
// every subscriber has got the marker that follows the last message.
class bench_run {
public:
  bench_run(const invocation& call, const app_settings& app)
    : call_{call},
      asked_{call.asked},
      app_{app},
      figures_{call.asked},
      published_at_(call.asked.messages),
      has_finished_(call.asked.subscribers, false) {}

  result<bench_figures> run() {
    open_more();
    watch();
    io_.run();
    if (shows_progress_)
      std::cerr << '\n';
    if (trouble_)
      return *std::move(trouble_);
    return std::move(figures_);
  }

private:
  // -- subscribers ------------------------------------------------------------

  void open_more() {
    while (subscribers_.size() < asked_.subscribers
           && subscribers_.size() - open_ < handshakes) {
      const auto number = subscribers_.size();
      auto& added = subscribers_.emplace_back(
        io_, call_.server.front, asked_.timeout,
        subscriber::handlers{
          [this] { opened(); },
          [this, number](std::string_view text) { received(number, text); },
          [this, number](const connection_end& how) { ended(number, how); }});
      added.open(channel_ + '-' + std::to_string(number), app_.key,
                 {&channel_, 1});
    }
  }

  void opened() {
    ++open_;
    ++progress_;
    open_more();
    if (open_ == asked_.subscribers)
      wait_for_subscriptions();
  }

  // The server does not answer a SUBSCRIBE, but lists who has subscribed.
  void wait_for_subscriptions() {
    control_.send(
      rest_request(app_, http_verb::get, channel_path(channel_)),
      [this](const result<http_answer>& answer) {
        auto read = read_answer(call_.server.front, answer);
        if (auto* error = std::get_if<failure>(&read)) {
          stop(std::move(*error));
        } else if (elements(std::get<json_document>(read), "users").Size()
                   < asked_.subscribers) {
          later(pause_, std::chrono::milliseconds{50},
                [this] { wait_for_subscriptions(); });
        } else {
          start_publishing();
        }
      });
  }

  void received(std::size_t subscriber, std::string_view text) {
    const auto now = clock::now();
    const auto message = read_envelope(text);
    if (!message)
      return;
    ++progress_;
    if (message->payload == end_marker) {
      finished(subscriber);
      return;
    }
    const auto number = number_in(message->payload);
    if (!number || *number >= asked_.messages
        || !figures_.ledger.note(subscriber, *number))
      return;
    figures_.last_delivery = now;
    figures_.latency.add(
      std::chrono::duration_cast<microseconds>(now - published_at_[*number]));
  }

  void ended(std::size_t subscriber, const connection_end& how) {
    if (const auto* error = std::get_if<failure>(&how)) {
      stop(*error);
      return;
    }
    const auto& close = std::get<close_frame>(how);
    ++figures_.closed;
    figures_.close_reason = std::to_string(close.code) + ' ' + close.reason;
    if (figures_.begin == clock::time_point{}) {
      stop({"the server closed a subscriber's connection: "
            + figures_.close_reason});
    } else {
      finished(subscriber);
    }
  }

  // Nothing more is expected to come to this one.
  void finished(std::size_t subscriber) {
    if (!has_finished_[subscriber] && ++finished_ == asked_.subscribers)
      io_.stop();
    has_finished_[subscriber] = true;
  }

  // -- publishers -------------------------------------------------------------

  struct publisher {
    publisher(asio::io_context& io, const invocation& call)
      : client{io, call.server.front, call.asked.timeout}, pause{io} {}

    http_client client;
    asio::steady_timer pause;
  };

  void start_publishing() {
    figures_.begin = clock::now();
    const auto count = std::min(asked_.publishers, asked_.messages);
    for (std::size_t i = 0; i < count; ++i)
      publish_next(publishers_.emplace_back(io_, call_));
  }

  void publish_next(publisher& by) {
    if (next_ < asked_.messages)
      publish(by, next_++);
  }

  void publish(publisher& by, std::size_t number) {
    published_at_[number] = clock::now();
    post(by.client, numbered(number, asked_.size),
         [this, &by, number](const http_answer& answer) {
           if (must_wait(answer, by.pause,
                         [this, &by, number] { publish(by, number); }))
             return;
           figures_.last_publication = clock::now();
           if (++figures_.published == asked_.messages)
             publish_end();
           publish_next(by);
         });
  }

  // All subscribers get a channel's messages in one order: what has not come
  // before the marker is lost.
  void publish_end() {
    post(control_, std::string{end_marker}, [this](const http_answer& answer) {
      must_wait(answer, pause_, [this] { publish_end(); });
    });
  }

  template <class Then>
  void post(http_client& client, std::string body, Then then) {
    client.send(rest_request(app_, http_verb::post, channel_path(channel_),
                             std::move(body)),
                [this, then](const result<http_answer>& answer) {
                  constexpr unsigned too_many_requests = 429;
                  const auto* given = std::get_if<http_answer>(&answer);
                  auto read = read_answer(call_.server.front, answer);
                  auto* error = std::get_if<failure>(&read);
                  if (error == nullptr
                      || (given && given->status == too_many_requests)) {
                    then(*given);
                  } else {
                    stop(std::move(*error));
                  }
                });
  }

  // Whether the server asked to come later; then `again` is called.
  template <class Again>
  bool must_wait(const http_answer& answer, asio::steady_timer& pause,
                 Again again) {
    ++progress_;
    if (answer.status < 300)
      return false;
    ++figures_.refusals;
    later(pause,
          std::max<clock::duration>(answer.retry_after,
                                    std::chrono::milliseconds{10}),
          again);
    return true;
  }

  // -- all of it --------------------------------------------------------------

  template <class Then>
  void later(asio::steady_timer& timer, clock::duration delay, Then then) {
    timer.expires_after(delay);
    timer.async_wait([then](const auto& error) {
      if (!error)
        then();
    });
  }

  // Shows how far it is; ends it if nothing happens any more.
  void watch() {
    const auto now = clock::now();
    if (progress_ != seen_progress_) {
      seen_progress_ = progress_;
      last_progress_ = now;
    }
    if (shows_progress_)
      show_progress();
    if (now - last_progress_ > asked_.timeout + std::chrono::seconds{1}) {
      give_up();
      return;
    }
    later(tick_, std::chrono::milliseconds{250}, [this] { watch(); });
  }

  void show_progress() const {
    std::cerr << "\rsubscribed " << grouped(open_) << " of "
              << grouped(asked_.subscribers) << ", published "
              << grouped(figures_.published) << " of "
              << grouped(asked_.messages) << ", delivered "
              << grouped(figures_.ledger.deliveries()) << ' ' << std::flush;
  }

  // What was not delivered is told as lost, if it came to that.
  void give_up() {
    if (figures_.published < asked_.messages) {
      stop({"nothing has happened for " + format_duration(asked_.timeout)
            + ": subscribed " + grouped(open_) + ", published "
            + grouped(figures_.published)
            + ". Is the server overloaded? Try with less"});
    } else {
      io_.stop();
    }
  }

  void stop(failure why) {
    trouble_ = std::move(why);
    io_.stop();
  }

  const invocation& call_;
  const options& asked_;
  const app_settings& app_;
  std::string channel_ = "ctl-bench-" + std::to_string(::getpid());
  bench_figures figures_;
  std::vector<clock::time_point> published_at_;
  std::vector<bool> has_finished_; // by subscriber
  std::size_t finished_ = 0;
  std::size_t open_ = 0;
  std::size_t next_ = 0; // message
  std::optional<failure> trouble_;

  bool shows_progress_ = is_terminal(STDERR_FILENO);
  std::uint64_t progress_ = 0;
  std::uint64_t seen_progress_ = 0;
  clock::time_point last_progress_ = clock::now();

  asio::io_context io_;
  asio::steady_timer tick_{io_};
  asio::steady_timer pause_{io_};
  http_client control_{io_, call_.server.front, call_.asked.timeout};
  std::deque<subscriber> subscribers_;
  std::deque<publisher> publishers_;
};

// -- the report ---------------------------------------------------------------

void print_json(const options& asked, const bench_figures& found) {
  const auto& ledger = found.ledger;
  const auto rate
    = static_cast<double>(ledger.deliveries()) / found.delivering_seconds();
  std::cout << R"({"subscribers":)" << asked.subscribers << R"(,"publishers":)"
            << asked.publishers << R"(,"size":)" << asked.size
            << R"(,"published":)" << found.published << R"(,"refused":)"
            << found.refusals << R"(,"delivered":)" << ledger.deliveries()
            << R"(,"deliveries_per_second":)" << decimal(rate, 0)
            << R"(,"latency_us":{"p50":)"
            << found.latency.quantile(0.50).count() << R"(,"p90":)"
            << found.latency.quantile(0.90).count() << R"(,"p99":)"
            << found.latency.quantile(0.99).count() << R"(,"max":)"
            << found.latency.max().count() << R"(},"lost":)" << ledger.missing()
            << R"(,"duplicates":)" << ledger.duplicates() << R"(,"closed":)"
            << found.closed << "}\n";
}

std::string per_second(std::uint64_t count, double seconds) {
  return grouped(count) + " in " + decimal(seconds, 2) + " s: "
         + grouped(
           static_cast<std::uint64_t>(static_cast<double>(count) / seconds))
         + "/s";
}

void print_text(const options& asked, const bench_figures& found) {
  const auto& ledger = found.ledger;
  std::cout << "published   "
            << per_second(found.published, found.publishing_seconds()) << ", "
            << bytes_text(asked.size) << " each, by "
            << grouped(asked.publishers) << "\nrefused     "
            << grouped(found.refusals)
            << " times, sent again later\ndelivered   "
            << per_second(ledger.deliveries(), found.delivering_seconds())
            << ", to " << grouped(asked.subscribers) << "\nlatency     p50 "
            << latency_text(found.latency.quantile(0.50)) << ", p90 "
            << latency_text(found.latency.quantile(0.90)) << ", p99 "
            << latency_text(found.latency.quantile(0.99)) << ", max "
            << latency_text(found.latency.max()) << "\nlost        "
            << grouped(ledger.missing()) << "\nduplicates  "
            << grouped(ledger.duplicates()) << '\n';
  if (found.closed > 0) {
    std::cout << "closed      " << grouped(found.closed)
              << " of them by the server: " << found.close_reason << '\n';
  }
}

// -- what is refused ----------------------------------------------------------

// Raises the limit of open files as far as the system allows.
std::size_t raise_open_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::optional<failure> objection(const invocation& call) {
  const auto& asked = call.asked;
  const auto& peer = call.server.front.at;
  if (!asked.yes && !is_loopback_host(peer.host)) {
    return failure{peer.host
                     + " is not this machine, and bench puts load on it; --yes "
                       "if that is meant",
                   exit_code::usage};
  }
  if (asked.subscribers * asked.messages > most_deliveries) {
    return failure{"that would be more than " + grouped(most_deliveries)
                     + " deliveries; take less of --subscribers or --messages",
                   exit_code::usage};
  }
  constexpr std::size_t others = 32;
  if (const auto files = raise_open_files();
      asked.subscribers + asked.publishers + others > files) {
    return failure{"the system allows this program " + grouped(files)
                     + " open files, too few for as many connections; raise "
                       "ulimit -n or take less",
                   exit_code::usage};
  }
  return std::nullopt;
}

} // namespace

result<int> bench(const invocation& call) {
  if (auto why = objection(call))
    return *std::move(why);
  auto app = choose_app(call.asked, call.server, credentials::key_and_secret);
  if (auto* error = std::get_if<failure>(&app))
    return std::move(*error);
  auto measured = bench_run{call, std::get<app_settings>(app)}.run();
  if (auto* error = std::get_if<failure>(&measured))
    return std::move(*error);
  const auto& found = std::get<bench_figures>(measured);
  call.asked.json ? print_json(call.asked, found)
                  : print_text(call.asked, found);
  const auto is_right
    = found.ledger.missing() == 0 && found.ledger.duplicates() == 0;
  return is_right ? exit_code::success : exit_code::failed;
}

} // namespace thunderpush::ctl
