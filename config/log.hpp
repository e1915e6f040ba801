#pragma once

#include "config/log_level.hpp"
#include "config/log_level_table.hpp"
#include "config/loggable.hpp"
#include "config/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// Sends the log of the process where `chosen` says, from a thread of its own:
/// one line an event, with the time in UTC, the level and the component. Called
/// before any other thread logs. Returns why the file cannot be opened, and
/// then starts nothing.
///
/// Before this and after `stop_logging` events go to standard error at once,
/// by the thread that logs them.
std::optional<std::string> start_logging(const log_settings& chosen);

/// The same with all other settings as they are by default.
inline void start_logging(log_level level) {
  start_logging(log_settings{level});
}

/// Writes what is queued, and waits no longer than two seconds for a reader who
/// does not read. Called when no other thread logs any more.
void stop_logging();

/// Opens the log file anew, for whoever renamed it. Any thread, does not wait:
/// what is logged later goes to the new file.
void reopen_log();

/// Events that were dropped since the start: they came faster than they could
/// be written, or nobody took them. Any thread.
std::uint64_t log_lines_dropped();

/// Sets the level of all components that have none of their own. Any thread.
void set_log_level(log_level level);

/// Gives a component a level of its own; with the general level it follows
/// that again. False if there is no such component. Any thread.
bool set_log_level(std::string_view component, log_level level);

/// Sets all levels as the settings say. Any thread.
void set_log_levels(const log_settings& chosen);

/// Any thread.
levels_in_effect log_levels();

/// Whether an event of this level is written: ask before building a text that
/// costs something. Any thread; takes no lock.
bool is_logged(log_level level, std::string_view component);

/// Whether some component writes events of this level. Any thread; takes no
/// lock.
bool is_logged(log_level level);

/// Writes one event. Any thread; waits for nobody once logging is started.
/// Control bytes in `text` are escaped, so that an event is always one line;
/// what came from outside goes through `loggable` first, which bounds it as
/// well, and stands in quotes: events that are alike but for digits and what
/// follows the first quote are left out when they come too often
/// (`repeated_lines`).
void log_event(log_level level, std::string_view component,
               std::string_view text);

void log_trace(std::string_view component, std::string_view text);
void log_debug(std::string_view component, std::string_view text);
void log_info(std::string_view component, std::string_view text);
void log_warning(std::string_view component, std::string_view text);
void log_error(std::string_view component, std::string_view text);

} // namespace thunderpush
