#pragma once

#include <string>
#include <string_view>

namespace thunderpush {

/// A strong entity tag for a body (RFC 9110, 8.8.3): quoted, the same for the
/// same bytes.
std::string entity_tag(std::string_view body);

/// Whether the value of an `If-None-Match` field names the tag (RFC 9110,
/// 13.1.2): it lists tags, weak ones among them, or is `*`.
bool names_entity_tag(std::string_view if_none_match,
                      std::string_view tag) noexcept;

} // namespace thunderpush
