#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// Decodes base64url without padding (RFC 4648, 5; RFC 7515, 2). Nothing for a
/// text that is not exactly what encoding the result would give: with padding,
/// white space, letters of plain base64, or bits set behind the last byte.
std::optional<std::string> decode_base64url(std::string_view text);

} // namespace thunderpush
