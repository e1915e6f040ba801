#pragma once

#include "config/assignment.hpp"

#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// The variable that sets an option: THUNDERPUSH_SERVER__PORT,
/// THUNDERPUSH_APP__MAIN__KEY.
std::string variable_name(std::string_view section, std::string_view key);

/// Takes what begins with THUNDERPUSH_ from `variables`, which are
/// `NAME=VALUE` texts, and leaves out what container platforms add for a
/// service of that name. A variable's app is named in lower case.
assignments read_environment(std::span<const std::string> variables);

} // namespace thunderpush
