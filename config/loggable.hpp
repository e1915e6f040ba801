#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thunderpush {

/// A foreign text as it may stand in a log or on a terminal: control
/// characters (C0, DEL, C1) and bytes that are not UTF-8 (RFC 3629) become
/// `\xNN`, and what exceeds 256 bytes is cut and marked with `...`.
/// Backslashes are kept: this is for reading, not for parsing back.
std::string loggable(std::string_view text);

/// The same without the cut.
std::string one_line(std::string_view text);

/// The same with the cut after `max_bytes`.
std::string one_line(std::string_view text, std::size_t max_bytes);

} // namespace thunderpush
