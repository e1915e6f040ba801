#pragma once

#include "actors/actor_kind.hpp"
#include "actors/actor_order.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush {

/// Which actors `GET /actors` lists.
struct actors_query {
  static constexpr std::size_t max_limit = 1000;

  std::optional<actor_kind> kind; ///< Only this kind.
  actor_order order = actor_order::id;
  std::size_t limit = 100;         ///< 1 to `max_limit`.
  std::optional<actor_rank> after; ///< Only those that follow this place.

  friend bool operator==(const actors_query&, const actors_query&) = default;
};

/// Why a query was refused.
struct query_error {
  /// For people: names the parameter, its value and what is allowed. Quotes the
  /// query, so that it need not be valid UTF-8.
  std::string message;
};

/// Reads the query of `GET /actors`: `kind`, `sort`, `limit` and `cursor`, each
/// at most once, in any order (application/x-www-form-urlencoded).
std::variant<actors_query, query_error>
parse_actors_query(std::string_view query);

/// A place in a list as clients pass it back, such as `handled-17-12`. Needs no
/// escaping in a query.
std::string to_cursor(actor_order order, const actor_rank& place);

} // namespace thunderpush
