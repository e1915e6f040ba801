#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// Decodes the percent escapes of a part of a path (RFC 3986, 2.1). A percent
/// sign without two hexadecimal digits stays one, `+` is a plus sign. To be
/// applied once, after the path was split at its slashes. Nothing if the result
/// contains NUL; whether it is UTF-8 is for the caller to check.
std::optional<std::string> decode_path_part(std::string_view part);

/// Decodes a name or value of application/x-www-form-urlencoded: as
/// `decode_path_part`, but `+` is a blank.
std::optional<std::string> decode_form_part(std::string_view part);

/// The decoded value of the first field called `name` in a form body or a query
/// string. Empty if the field has no value; nothing if there is no such field
/// or its value contains NUL.
std::optional<std::string> find_form_value(std::string_view form,
                                           std::string_view name);

} // namespace thunderpush
