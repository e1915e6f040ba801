#pragma once

#include "config/settings.hpp"

namespace thunderpush {

/// The daemon: joins actors, transports, API and pages as the settings say,
/// serves until SIGTERM or SIGINT, and drains. Returns the process's exit
/// status; what stops the start has been reported on standard error.
int serve(const settings& chosen);

} // namespace thunderpush
