#include "config/log.hpp"

#include <memory>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <utility>

namespace thunderpush {

namespace {

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

} // namespace

void start_logging(log_level level) {
  auto logger = std::make_shared<spdlog::logger>(
    "thunderpush", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                      spdlog::pattern_time_type::utc);
  logger->set_level(to_spdlog(level));
  spdlog::set_default_logger(std::move(logger));
}

bool is_logged(log_level level) {
  return level != log_level::off && spdlog::should_log(to_spdlog(level));
}

void log_event(log_level level, std::string_view component,
               std::string_view text) {
  if (is_logged(level))
    spdlog::log(to_spdlog(level), "{}: {}", component, one_line(text));
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
