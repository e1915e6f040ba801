#pragma once

#include "config/log_line.hpp"
#include "config/log_stream.hpp"
#include "config/settings.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// The two clocks of the log; tests have their own.
struct log_clocks {
  std::chrono::system_clock::time_point (*time)()
    = &std::chrono::system_clock::now;
  std::chrono::steady_clock::time_point (*elapsed)()
    = &std::chrono::steady_clock::now;
};

/// Writes events to the file that the settings name, or to standard error.
/// While the file takes nothing, all goes to standard error, which is told
/// once; with every event, but not more often than once a second, the file is
/// tried again. One thread writes; `lost` and `hurry` are for all.
class log_writer {
public:
  log_writer(log_settings chosen, log_stream standard_error,
             std::string_view journal_stream, log_clocks clocks);

  /// For the start: the reason why the file cannot be opened.
  std::optional<std::string> open();

  /// Closes the file and opens what has its name now.
  void reopen();

  void write(const log_entry& what);

  /// Whoever reads too slowly is no longer waited for.
  void hurry() { hurry_ = true; }

  /// Events that nobody took.
  std::uint64_t lost() const { return lost_; }

private:
  bool write_to_file(const log_entry& what);
  void write_to_standard_error(const log_entry& what);
  int open_file();
  void fail(std::string_view doing, int error);
  void recover();

  const log_settings chosen_;
  const log_clocks clocks_;
  log_stream standard_error_;
  const log_style style_;                // of files
  const log_style standard_error_style_; // of standard error
  std::optional<log_stream> file_;       // none while it takes nothing
  std::chrono::steady_clock::time_point next_try_;
  bool failing_ = false;        // the file takes nothing, which was told
  std::uint64_t elsewhere_ = 0; // events since then
  std::atomic<bool> hurry_{false};
  std::atomic<std::uint64_t> lost_{0};
};

} // namespace thunderpush
