#pragma once

#include "config/log_level.hpp"
#include "config/loggable.hpp"

#include <string_view>

namespace thunderpush {

/// Sends the log of the process to standard error: one line an event, with
/// the time in UTC (ISO 8601), the level and the component. Called once,
/// before any other thread starts; until then the library's own format and
/// standard output are used.
void start_logging(log_level level);

/// Whether an event of this level is written: ask before building a text that
/// costs something. Any thread.
bool is_logged(log_level level);

/// Writes one event. Any thread; may block on standard error. Control bytes
/// in `text` are escaped, so that an event is always one line; what came from
/// outside goes through `loggable` first, which bounds it as well.
void log_event(log_level level, std::string_view component,
               std::string_view text);

void log_trace(std::string_view component, std::string_view text);
void log_debug(std::string_view component, std::string_view text);
void log_info(std::string_view component, std::string_view text);
void log_warning(std::string_view component, std::string_view text);
void log_error(std::string_view component, std::string_view text);

} // namespace thunderpush
