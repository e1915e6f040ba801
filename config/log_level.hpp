#pragma once

#include <string_view>

namespace thunderpush {

/// How much is logged: a level includes all that follow it.
enum class log_level { trace, debug, info, warning, error, off };

constexpr std::string_view to_string(log_level level) {
  switch (level) {
  case log_level::trace:
    return "trace";
  case log_level::debug:
    return "debug";
  case log_level::info:
    return "info";
  case log_level::warning:
    return "warning";
  case log_level::error:
    return "error";
  case log_level::off:
    break;
  }
  return "off";
}

} // namespace thunderpush
