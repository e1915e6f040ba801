#include "config/log_pipeline.hpp"

#include <condition_variable>
#include <csignal>
#include <exception>
#include <pthread.h>
#include <spdlog/sinks/sink.h>
#include <string>
#include <utility>

namespace thunderpush {

namespace {

constexpr std::string_view after_component = ": ";

spdlog::level::level_enum to_spdlog(log_level level) {
  switch (level) {
  case log_level::trace:
    return spdlog::level::trace;
  case log_level::debug:
    return spdlog::level::debug;
  case log_level::info:
    return spdlog::level::info;
  case log_level::warning:
    return spdlog::level::warn;
  case log_level::error:
    return spdlog::level::err;
  case log_level::off:
    break;
  }
  return spdlog::level::off;
}

log_level from_spdlog(spdlog::level::level_enum level) {
  for (const auto one : {log_level::trace, log_level::debug, log_level::info,
                         log_level::warning}) {
    if (level == to_spdlog(one))
      return one;
  }
  return log_level::error;
}

// Signals are for the thread that waits for them. The one that writes is to
// see a reader that went (SIGPIPE) and a file that may not grow (SIGXFSZ) as
// errors.
void block_signals() {
  sigset_t all{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

} // namespace

// The end of the queue, on the thread that writes.
class log_pipeline::sink final : public spdlog::sinks::sink {
public:
  sink(std::unique_ptr<log_writer> writer, log_clocks clocks,
       spdlog::details::thread_pool& queue)
    : writer_{std::move(writer)}, clocks_{clocks}, queue_{queue} {}

  void log(const spdlog::details::log_msg& what) override {
    reopen_if_asked();
    const std::string_view text{what.payload.data(), what.payload.size()};
    const auto component = text.substr(0, text.find(after_component));
    writer_->write({what.time, from_spdlog(what.level), component,
                    text.substr(component.size() + after_component.size())});
    tell_dropped();
    const std::lock_guard lock{mutex_};
    ++handled_;
    more_handled_.notify_all();
  }

  void flush() override {
    reopen_if_asked();
    tell_dropped();
  }

  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  void reopen() { reopen_ = true; }
  void hurry() { writer_->hurry(); }

  std::uint64_t dropped() const {
    return queue_.overrun_counter() + writer_->lost();
  }

  // Waits until so many have left the queue.
  bool await(std::uint64_t events, std::chrono::milliseconds at_most) {
    std::unique_lock lock{mutex_};
    return more_handled_.wait_for(lock, at_most, [this, events] {
      return handled_ + queue_.overrun_counter() >= events;
    });
  }

private:
  void reopen_if_asked() {
    if (reopen_.exchange(false))
      writer_->reopen();
  }

  void tell_dropped() {
    const auto sum = dropped();
    const auto now = clocks_.elapsed();
    if (sum == told_ || now < next_told_)
      return;
    const auto text
      = "events that were dropped because they came faster than they can be "
        "written: "
        + std::to_string(sum - told_);
    told_ = sum;
    next_told_ = now + std::chrono::seconds{1};
    writer_->write({clocks_.time(), log_level::warning, "log", text});
  }

  const std::unique_ptr<log_writer> writer_;
  const log_clocks clocks_;
  spdlog::details::thread_pool& queue_; // outlives what is in it
  std::atomic<bool> reopen_{false};
  std::uint64_t told_ = 0; // of those that were dropped
  std::chrono::steady_clock::time_point next_told_;
  std::mutex mutex_; // of handled_
  std::condition_variable more_handled_;
  std::uint64_t handled_ = 0;
};

log_pipeline::log_pipeline(std::unique_ptr<log_writer> writer,
                           log_clocks clocks, std::chrono::seconds every,
                           std::chrono::milliseconds at_end)
  : clocks_{clocks},
    at_end_{at_end},
    thread_{std::make_shared<spdlog::details::thread_pool>(queue_lines, 1,
                                                           block_signals)},
    sink_{std::make_shared<sink>(std::move(writer), clocks, *thread_)},
    logger_{std::make_shared<spdlog::async_logger>(
      "thunderpush", sink_, thread_,
      spdlog::async_overflow_policy::overrun_oldest)} {
  // Levels were looked at before.
  logger_->set_level(spdlog::level::trace);
  logger_->set_error_handler([this](const std::string&) { ++failed_; });
  every_second_ = std::make_unique<spdlog::details::periodic_worker>(
    [this] { end_windows(); }, every);
}

log_pipeline::~log_pipeline() {
  every_second_.reset();
  try {
    enqueue(repeated_.end_all());
  } catch (const std::exception&) {
    ++failed_;
  }
  if (!flush(at_end_))
    sink_->hurry();
  thread_.reset(); // joins
}

void log_pipeline::take(log_level level, std::string_view component,
                        std::string_view text) noexcept {
  try {
    const auto now = clocks_.elapsed();
    repeated_lines::verdict verdict;
    {
      const std::lock_guard lock{repeated_mutex_};
      verdict = repeated_.take(now, level, component, text);
    }
    if (verdict.before)
      enqueue(std::vector{*std::move(verdict.before)});
    if (verdict.passes)
      enqueue(level, component, text);
  } catch (const std::exception&) {
    ++failed_;
  }
}

void log_pipeline::end_windows() noexcept {
  try {
    std::vector<left_out> lines;
    {
      const std::lock_guard lock{repeated_mutex_};
      lines = repeated_.end_windows(clocks_.elapsed());
    }
    enqueue(lines);
  } catch (const std::exception&) {
    ++failed_;
  }
}

void log_pipeline::reopen() noexcept {
  sink_->reopen();
  logger_->flush(); // wakes the thread
}

bool log_pipeline::flush(std::chrono::milliseconds at_most) noexcept {
  return sink_->await(queued_ - failed_, at_most);
}

std::uint64_t log_pipeline::dropped() const noexcept {
  return sink_->dropped() + failed_;
}

void log_pipeline::enqueue(log_level level, std::string_view component,
                           std::string_view text) {
  // Nothing is formatted here; of what the line cuts anyway some is kept, for
  // the cut to show.
  ++queued_;
  std::string payload{component};
  payload += after_component;
  payload += text.substr(0, longest_log_text + 4);
  logger_->log(clocks_.time(), spdlog::source_loc{}, to_spdlog(level), payload);
}

void log_pipeline::enqueue(const std::vector<left_out>& lines) {
  for (const auto& one : lines)
    enqueue(one.level, one.component, one.text);
}

} // namespace thunderpush
