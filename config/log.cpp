#include "config/log.hpp"

#include "config/log_pipeline.hpp"

#include <atomic>
#include <cstdlib>
#include <exception>
#include <memory>
#include <unistd.h>
#include <utility>

namespace thunderpush {

namespace {

// The log is the one thing of the process that all parts reach without being
// handed it.
log_level_table levels;
std::atomic<log_pipeline*> running{nullptr};
std::atomic<std::uint64_t> dropped_before{0};

std::string_view journal_stream() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): called before there are threads.
  const auto* value = std::getenv("JOURNAL_STREAM");
  return value == nullptr ? std::string_view{} : value;
}

std::unique_ptr<log_writer> writer_for(const log_settings& chosen) {
  return std::make_unique<log_writer>(chosen, log_stream::of(STDERR_FILENO),
                                      journal_stream(), log_clocks{});
}

// Not started: at once, and without asking for a journal, which may need the
// environment.
void write_now(const log_entry& what) {
  const std::atomic<bool> hurry{false};
  log_stream::of(STDERR_FILENO).write(log_line(what, log_style::text), hurry);
}

std::terminate_handler terminate_before = nullptr;

// What led to an exception that nobody catches is worth reading.
[[noreturn]] void flush_and_terminate() {
  if (auto* pipeline = running.load(std::memory_order_acquire))
    pipeline->flush(log_pipeline::patience);
  terminate_before();
  std::abort();
}

} // namespace

std::optional<std::string> start_logging(const log_settings& chosen) {
  stop_logging();
  auto writer = writer_for(chosen);
  if (auto error = writer->open())
    return error;
  set_log_levels(chosen);
  running.store(std::make_unique<log_pipeline>(std::move(writer)).release(),
                std::memory_order_release);
  if (std::get_terminate() != flush_and_terminate)
    terminate_before = std::set_terminate(flush_and_terminate);
  return std::nullopt;
}

void stop_logging() {
  const std::unique_ptr<log_pipeline> last{
    running.exchange(nullptr, std::memory_order_acq_rel)};
  if (!last)
    return;
  last->flush(log_pipeline::patience);
  dropped_before += last->dropped();
}

void reopen_log() {
  if (auto* pipeline = running.load(std::memory_order_acquire))
    pipeline->reopen();
}

std::uint64_t log_lines_dropped() {
  const auto* pipeline = running.load(std::memory_order_acquire);
  return dropped_before + (pipeline == nullptr ? 0 : pipeline->dropped());
}

void set_log_level(log_level level) {
  levels.set(level);
}

bool set_log_level(std::string_view component, log_level level) {
  return levels.set(component, level);
}

void set_log_levels(const log_settings& chosen) {
  levels.set(chosen.level, chosen.levels);
}

levels_in_effect log_levels() {
  return levels.read();
}

bool is_logged(log_level level, std::string_view component) {
  return levels.allows(level, component);
}

bool is_logged(log_level level) {
  return levels.allows(level);
}

void log_event(log_level level, std::string_view component,
               std::string_view text) {
  if (!levels.allows(level, component))
    return;
  if (auto* pipeline = running.load(std::memory_order_acquire)) {
    pipeline->take(level, component, text);
  } else {
    write_now({std::chrono::system_clock::now(), level, component, text});
  }
}

void log_trace(std::string_view component, std::string_view text) {
  log_event(log_level::trace, component, text);
}

void log_debug(std::string_view component, std::string_view text) {
  log_event(log_level::debug, component, text);
}

void log_info(std::string_view component, std::string_view text) {
  log_event(log_level::info, component, text);
}

void log_warning(std::string_view component, std::string_view text) {
  log_event(log_level::warning, component, text);
}

void log_error(std::string_view component, std::string_view text) {
  log_event(log_level::error, component, text);
}

} // namespace thunderpush
