#pragma once

#include "actors/messages.hpp"
#include "actors/pinned_actor.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <variant>
#include <vector>

namespace thunderpush {

/// Asks in the place of an HTTP actor and keeps the replies, by ticket.
class recording_requester final
  : public pinned<recording_requester, requester_interface> {
public:
  using reply
    = std::variant<publication_accepted, publication_delivered,
                   publication_refused, user_found, users_counted,
                   user_disconnected, subscribers_expected, subscribers_listed,
                   actors_listed, totals_read, departures_listed, channel_reset,
                   trace_noted, request_failed>;

  recording_requester(caf::actor_config& config, thunderpush::home& where)
    : pinned(config, where, actor_kind::gateway) {}

  /// Where the reply to the next request goes.
  reply_address next() { return {ref(), ++last_ticket_}; }

  /// What came for a request, in order of arrival.
  const std::vector<reply>& replies(std::uint64_t ticket) {
    return replies_[ticket];
  }

  /// Has `what` called when the next reply arrives.
  void upon_reply(std::function<void()> what) { upon_reply_ = std::move(what); }

  template <class Reply>
  void on(const Reply& what) {
    replies_[what.ticket].push_back(what);
    if (auto call = std::exchange(upon_reply_, nullptr))
      call();
  }

private:
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint64_t, std::vector<reply>> replies_;
  std::function<void()> upon_reply_;
};

} // namespace thunderpush
