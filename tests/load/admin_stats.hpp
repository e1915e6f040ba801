#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// The numbers of actors by kind in an answer to `GET /stats` of the admin
/// endpoint, as they stand there; nothing if there are none.
std::optional<std::string> actors_in(std::string_view stats);

/// A counter of the whole server in such an answer; nothing if there is none of
/// that name.
std::optional<std::uint64_t> counter_in(std::string_view stats,
                                        std::string_view name);

} // namespace thunderpush::load
