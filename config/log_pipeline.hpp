#pragma once

#include "config/log_writer.hpp"
#include "config/repeated_lines.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <spdlog/async_logger.h>
#include <spdlog/details/periodic_worker.h>
#include <spdlog/details/thread_pool.h>
#include <string_view>
#include <vector>

namespace thunderpush {

/// The way of events to a thread of its own, which writes them: whoever logs
/// waits for no disk and no reader. The queue between them is bounded; when it
/// is full the oldest event makes room, and is counted.
///
/// All but constructor and destructor: any thread, never throws. None may be
/// in use when the destructor begins.
class log_pipeline {
public:
  static constexpr std::size_t queue_lines = 8192;

  /// How long the end waits for somebody who reads too slowly.
  static constexpr std::chrono::milliseconds patience{2'000};

  /// Ends windows of repeated lines by itself unless `every` is zero.
  explicit log_pipeline(std::unique_ptr<log_writer> writer,
                        log_clocks clocks = {},
                        std::chrono::seconds every = std::chrono::seconds{1},
                        std::chrono::milliseconds at_end = patience);

  log_pipeline(const log_pipeline&) = delete;
  log_pipeline& operator=(const log_pipeline&) = delete;

  /// Writes what is queued.
  ~log_pipeline();

  void take(log_level level, std::string_view component,
            std::string_view text) noexcept;

  /// Says of which repeated events some were left out, where a second is over.
  void end_windows() noexcept;

  /// Opens the file anew, in the order of events.
  void reopen() noexcept;

  /// Waits until all that was taken before is written. False if that took
  /// longer than `at_most`.
  bool flush(std::chrono::milliseconds at_most) noexcept;

  /// Events that were taken but not written.
  std::uint64_t dropped() const noexcept;

private:
  class sink;

  void enqueue(log_level level, std::string_view component,
               std::string_view text);
  void enqueue(const std::vector<left_out>& lines);

  const log_clocks clocks_;
  const std::chrono::milliseconds at_end_;
  std::mutex repeated_mutex_; // of repeated_
  repeated_lines repeated_;
  std::atomic<std::uint64_t> queued_{0}; // or tried to
  std::atomic<std::uint64_t> failed_{0};
  std::shared_ptr<spdlog::details::thread_pool> thread_;
  std::shared_ptr<sink> sink_;
  std::shared_ptr<spdlog::async_logger> logger_;
  std::unique_ptr<spdlog::details::periodic_worker> every_second_;
};

} // namespace thunderpush
