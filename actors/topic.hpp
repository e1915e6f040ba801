#pragma once

#include "actors/fifo.hpp"
#include "actors/frame.hpp"
#include "actors/identifiers.hpp"
#include "actors/interfaces.hpp"
#include "actors/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace thunderpush {

class connection;

/// A hub's part of a channel: the connections of this home that are subscribed
/// to it, and the joins and leaves that the channel has not settled yet.
struct topic {
  /// A connection, and which of its subscriptions this is: so each end of a
  /// subscription finds the other without a search.
  struct subscriber {
    connection* who;
    std::uint32_t subscription;
    std::uint32_t seen = 0; ///< Of `published`.
  };

  /// A join or leave on its way to the channel.
  struct operation {
    connection_ref who; ///< Keeps the connection's storage alive.
    bool is_join;
  };

  channel_id id;
  topic_number number{};
  frame::topic_serial serial = 0; ///< Unlike the number never given again.
  channel_ref channel{};          ///< Known once a join has been settled.
  std::vector<subscriber> subscribers{};
  fifo<operation> unsettled{};
  std::uint64_t last_operation = 0; ///< Number of the newest one.
  std::uint32_t subscribed = 0; ///< Connections that are subscribed or joining.
  /// Publications that were taken round by a sweep, modulo 2^32: there are
  /// never that many under way.
  std::uint32_t published = 0;
  std::size_t owed = 0;   ///< Bytes fanned out that a flush will pay for.
  std::size_t recent = 0; ///< The same, since that flush was queued.

  /// Whether nothing refers to it: it may go.
  bool idle() const noexcept {
    return subscribers.empty() && unsettled.empty();
  }
};

/// A subscriber takes another place of the topic, whose own was given up. Costs
/// the same wherever they are.
void move_subscriber(topic& of, std::size_t from, std::size_t to) noexcept;

/// A connection's end of a subscription.
struct subscription {
  topic* to;
  /// Position among the topic's subscribers, or `joining`.
  std::uint32_t position;

  static constexpr std::uint32_t joining = UINT32_MAX;
};

} // namespace thunderpush
