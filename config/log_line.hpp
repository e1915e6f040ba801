#pragma once

#include "config/log_level.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace thunderpush {

/// One event, as it was logged.
struct log_entry {
  std::chrono::system_clock::time_point time;
  log_level level = log_level::info;
  std::string_view component;
  std::string_view text;
};

/// What an event looks like.
enum class log_style {
  text,    ///< `2026-01-01T00:00:00.000Z info component: text`
  json,    ///< An object of time, level, component and message (RFC 8259).
  journal, ///< `<6>info component: text`: priority of sd-daemon(3), no time.
};

/// What exceeds so much of an event's text is cut.
inline constexpr std::size_t longest_log_text = 4096;

/// One line with its newline, valid UTF-8 whatever the event holds: control
/// characters and bytes that are not UTF-8 become `\xNN`, in each style.
std::string log_line(const log_entry& what, log_style how);

/// UTC with milliseconds (RFC 3339).
std::string log_time(std::chrono::system_clock::time_point time);

} // namespace thunderpush
