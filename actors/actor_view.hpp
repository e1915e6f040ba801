#pragma once

#include "actors/actor_kind.hpp"
#include "actors/identifiers.hpp"
#include "actors/interfaces.hpp"

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thunderpush {

/// The other end of a client's socket, as the system knows it now.
struct peer_view {
  /// `HOST:PORT`, `[HOST]:PORT` with IPv6; `HOST` alone if a proxy told it;
  /// `unix` at a Unix socket.
  std::string address;
  /// Smoothed, as the kernel measures it (TCP_INFO).
  std::optional<std::chrono::microseconds> round_trip;
};

/// What a connection holds. `oldest` is how long what waits longest has waited.
struct connection_view {
  connection_ref who;
  std::string_view transport;    ///< Static storage.
  std::optional<peer_view> peer; ///< None: no socket is open, as between polls.
  std::size_t subscriptions = 0;
  std::vector<std::string> channels; ///< Their names, if they were asked for.
  /// When its token expires; none without a token.
  std::optional<std::chrono::system_clock::time_point> token_expires{};
  std::string info{}; ///< Of its token, if it was asked for: JSON, or empty.
  std::size_t queued_bytes = 0;
  std::size_t queued_messages = 0;
  std::chrono::milliseconds oldest{0};
  std::uint64_t dropped = 0;
  std::uint64_t bytes_in = 0;  ///< Of messages from the client.
  std::uint64_t bytes_out = 0; ///< Written to its socket.
};

/// What a channel holds.
struct channel_view {
  struct branch {
    std::size_t home = 0;
    std::size_t subscribers = 0;
    std::size_t bytes_under_way = 0;
  };

  std::vector<branch> branches; ///< The homes that have subscribers.
};

/// What a session holds: the actor ids of its connections.
struct session_view {
  std::vector<std::uint64_t> connections;
};

using holdings_view
  = std::variant<std::monostate, connection_view, channel_view, session_view>;

/// A place in a list. Places of different actors are different, so that one
/// says where the next page begins.
struct actor_rank {
  /// What is ordered by, the greater the earlier; 0 for `actor_order::id`.
  std::uint64_t value = 0;
  std::uint64_t id = 0;

  /// Less means earlier in the list.
  friend std::strong_ordering operator<=>(const actor_rank& a,
                                          const actor_rank& b) noexcept {
    if (auto by_value = b.value <=> a.value; by_value != 0)
      return by_value;
    return a.id <=> b.id;
  }
  friend bool operator==(const actor_rank&, const actor_rank&) = default;
};

/// Ranks what began earlier before what began later.
inline std::uint64_t
rank_by_begin(std::chrono::steady_clock::time_point began) noexcept {
  return UINT64_MAX
         - static_cast<std::uint64_t>(began.time_since_epoch().count());
}

/// One actor, as operators see it at a moment.
struct actor_view {
  std::uint64_t id = 0; ///< Unique in the process.
  actor_kind kind{};
  std::string name;          ///< A channel's or a user's name, else empty.
  std::optional<app_id> app; ///< None if it belongs to no application (yet).
  std::string_view state;    ///< What it is doing, in a word. Static storage.
  std::size_t home = 0;
  std::uint64_t mailbox = 0;           ///< Messages waiting.
  std::uint64_t mailbox_peak = 0;      ///< The most that ever waited.
  std::chrono::milliseconds oldest{0}; ///< How long it has waited for its turn.
  std::uint64_t handled = 0;           ///< Messages handled since it began.
  double busy = 0; ///< Share of its life in which it handled them; estimated.
  std::uint64_t restarts = 0;   ///< Actors of its name that failed before it.
  std::size_t memory_bytes = 0; ///< Estimate.
  std::uint64_t age_seconds = 0;
  holdings_view holdings;
  actor_rank rank; ///< In the list that it is part of.
};

/// What a list of actors is ordered by: greatest first, but for `id`, whose
/// smallest comes first. Ages are ordered by when they began, and `busy` by the
/// time an actor was busy in all, so that the order of actors that only get
/// older stays as it is from page to page. Those from `queued_bytes` to
/// `bytes_out` are 0 but for connections, `members` is 0 but for channels
/// (subscribers) and sessions (connections).
enum class actor_order : std::uint8_t {
  id,
  mailbox,
  mailbox_peak,
  oldest,
  handled,
  busy,
  restarts,
  memory,
  age,
  queued_bytes,
  queued_messages,
  queue_age,
  dropped,
  bytes_in,
  bytes_out,
  members,
};

/// Which actors are meant: those to whom all of this applies.
struct actor_filter {
  std::optional<std::uint64_t> id{};
  std::optional<actor_kind> kind{};
  std::optional<app_id> app{};
  std::optional<std::string> name{};    ///< Exactly.
  std::optional<std::string> prefix{};  ///< Of the name.
  std::optional<std::string> channel{}; ///< Connections subscribed to it.
  bool slow = false; ///< Connections whose client takes no more of a queue.

  friend bool operator==(const actor_filter&, const actor_filter&) = default;
};

} // namespace thunderpush
