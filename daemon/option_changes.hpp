#pragma once

#include "config/configuration.hpp"

#include <string>
#include <vector>

namespace thunderpush {

/// What a configuration that was read again changes, and how much of it can be
/// in effect before the process starts anew.
struct option_changes {
  std::vector<std::string> changed;        ///< Options, by `section.key`.
  std::vector<std::string> restart_needed; ///< The others that differ.
  configuration result;                    ///< To be in effect now.
};

option_changes compare(const configuration& before, configuration after);

} // namespace thunderpush
