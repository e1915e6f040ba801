#pragma once

#include "actors/actor_view.hpp"
#include "actors/applications.hpp"
#include "actors/departures.hpp"
#include "actors/messages.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush {

/// A word that stands for an order of a list.
struct order_name {
  std::string_view name;
  actor_order order;
};

/// What is particular about one of the lists of actors.
struct listing {
  std::string_view key; ///< Of the array in the answer.
  std::span<const std::string_view> parameters;
  std::span<const order_name> orders; ///< The first is the default.
  std::optional<actor_kind> kind;     ///< All actors are of this one.
};

/// The lists: `GET /actors`, `/connections`, `/channels`, `/users`.
extern const listing actor_listing;
extern const listing connection_listing;
extern const listing channel_listing;
extern const listing user_listing;

inline constexpr std::size_t max_page_size = 1000;

/// A page of a list of actors.
struct page_query {
  actor_filter which;
  order_name order;
  std::size_t limit = 100;         ///< 1 to `max_page_size`.
  std::optional<actor_rank> after; ///< Only those that follow this place.
};

/// A page of the clients that have gone.
struct closed_query {
  departure_filter which;
  std::size_t limit = 100;
  std::optional<actor_rank> after;
};

/// What is to be traced.
struct trace_query {
  trace_subject about;
  std::chrono::seconds time{60};
  bool with_payload = false;
};

/// Which application a name in the path belongs to.
struct app_query {
  app_id app{};
};

/// Whether a client that is disconnected is to come back.
struct disconnect_query {
  bool reconnect = true;
};

/// Why a query was refused.
struct query_error {
  /// For people: names the parameter, its value and what is allowed. Quotes the
  /// query, so that it need not be valid UTF-8.
  std::string message;
};

template <class Query>
using parsed_query = std::variant<Query, query_error>;

// Each reads a query (application/x-www-form-urlencoded): parameters in any
// order, each at most once, and none that is not known.

parsed_query<page_query> parse_page_query(const listing& list,
                                          std::string_view query,
                                          const applications& apps);
parsed_query<closed_query> parse_closed_query(std::string_view query,
                                              const applications& apps);
parsed_query<trace_query> parse_trace_query(std::string_view query,
                                            const applications& apps);
parsed_query<app_query> parse_app_query(std::string_view query,
                                        const applications& apps);
parsed_query<disconnect_query> parse_disconnect_query(std::string_view query);

/// Nothing if the query is empty.
std::optional<query_error> refuse_parameters(std::string_view query);

/// A place in a list as clients pass it back, such as `handled-17-12`. Needs no
/// escaping in a query.
std::string to_cursor(std::string_view order, const actor_rank& place);

/// The word in the cursors of clients that have gone.
inline constexpr std::string_view closed_order = "closed";

} // namespace thunderpush
