#pragma once

#include "config/log_level.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush {

/// Levels of single components, by name.
using component_levels = std::map<std::string, log_level, std::less<>>;

/// Reads `http=debug, actors=warning`: separated by commas or blanks, of a
/// repeated component the last counts. The other alternative is the reason why
/// the text cannot be, which repeats no more of it than a word or two.
std::variant<component_levels, std::string>
parse_component_levels(std::string_view text);

} // namespace thunderpush
