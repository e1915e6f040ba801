#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// The members of a JSON object by their decoded names; values are their texts
/// as they stand in the object, without white space around them.
using json_value_texts = std::map<std::string, std::string_view, std::less<>>;

/// Takes such an object apart; nothing if the text is not JSON by `check_json`,
/// no object, or has a member twice. The views point into `text`. The caller
/// bounds the size.
std::optional<json_value_texts> split_json_object(std::string_view text);

/// The value of a JSON text that is one string; nothing if it is anything else.
std::optional<std::string> parse_json_string(std::string_view text);

/// The value of a JSON text that is one number, rounded to the nearest double;
/// nothing if it is anything else, or too great for one.
std::optional<double> parse_json_number(std::string_view text);

} // namespace thunderpush
