#include "config/log_line.hpp"

#include "config/loggable.hpp"

#include <spdlog/fmt/fmt.h>

namespace thunderpush {

namespace {

// The levels of syslog, RFC 5424, section 6.2.1.
int priority(log_level level) {
  switch (level) {
  case log_level::error:
    return 3;
  case log_level::warning:
    return 4;
  case log_level::info:
    return 6;
  default:
    return 7;
  }
}

// A string of RFC 8259, section 7. Control characters are escaped before.
std::string json_string(std::string_view text) {
  std::string result{'"'};
  for (const char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + '"';
}

} // namespace

std::string log_time(std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto now = floor<milliseconds>(time);
  const auto day = floor<days>(now);
  const year_month_day date{day};
  const hh_mm_ss clock{now - day};
  return fmt::format(
    "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
    clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
    clock.subseconds().count());
}

std::string log_line(const log_entry& what, log_style how) {
  const auto level = to_string(what.level);
  const auto component = loggable(what.component);
  const auto text = one_line(what.text, longest_log_text);
  switch (how) {
  case log_style::json:
    return fmt::format(
      R"({{"time":"{}","level":"{}","component":{},"message":{}}})"
      "\n",
      log_time(what.time), level, json_string(component), json_string(text));
  case log_style::journal:
    return fmt::format("<{}>{} {}: {}\n", priority(what.level), level,
                       component, text);
  case log_style::text:
    break;
  }
  return fmt::format("{} {} {}: {}\n", log_time(what.time), level, component,
                     text);
}

} // namespace thunderpush
