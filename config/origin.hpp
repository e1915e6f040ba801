#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// The origin of a page as browsers spell it in `Origin` (RFC 6454, 6.2):
/// scheme, host in lower case, and a port that is not the scheme's own; or
/// `null`. Reads other spellings of the same origin, and nothing that has a
/// path, a user or a query.
std::optional<std::string> parse_origin(std::string_view text);

/// Which pages may connect.
struct origin_list {
  bool all = true;                ///< Whatever page it is.
  std::vector<std::string> these; ///< Else these, each as `parse_origin` gives.

  bool operator==(const origin_list&) const = default;

  /// Whether a page with this `Origin` may connect. A client that is no browser
  /// sends none: an empty one may.
  bool permits(std::string_view origin) const;
};

/// `*`, or origins with commas or blanks between them, at least one.
std::optional<origin_list> parse_origins(std::string_view text);

} // namespace thunderpush
