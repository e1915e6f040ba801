#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush {

/// The number of insertions, deletions, replacements and swaps of neighbours
/// that turn one word into the other (optimal string alignment).
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The candidate that `word` was most likely meant to be; none if all are too
/// far away for a typing error.
std::optional<std::string> closest(std::string_view word,
                                   std::span<const std::string> candidates);

} // namespace thunderpush
