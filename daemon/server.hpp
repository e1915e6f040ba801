#pragma once

#include "config/configuration.hpp"

#include <functional>
#include <variant>

namespace thunderpush {

/// Reads the configuration again, as it was read at the start.
using configuration_source
  = std::function<std::variant<configuration, early_exit>()>;

/// The daemon: joins actors, transports, API and pages as the configuration
/// says, serves until SIGTERM or SIGINT, and drains. SIGHUP has it read the
/// configuration again. Returns the process's exit status; what stops the start
/// has been reported on standard error.
int serve(configuration chosen, configuration_source reread);

} // namespace thunderpush
