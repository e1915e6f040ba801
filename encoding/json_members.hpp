#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// The members of a JSON object whose values are strings.
using json_members = std::map<std::string, std::string, std::less<>>;

/// Decodes such an object; nothing if the text is not JSON, no object, or has a
/// member that is no string or occurs twice. The caller bounds the size.
std::optional<json_members> parse_json_members(std::string_view text);

} // namespace thunderpush
