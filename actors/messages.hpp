#pragma once

#include "actors/actor_kind.hpp"
#include "actors/actor_view.hpp"
#include "actors/close_reason.hpp"
#include "actors/departures.hpp"
#include "actors/histogram.hpp"
#include "actors/home_counters.hpp"
#include "actors/identifiers.hpp"
#include "actors/interfaces.hpp"
#include "actors/population.hpp"
#include "actors/publication.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

// What actors tell each other. A message never leaves the process.

namespace thunderpush {

/// Where the reply to a request goes, and by which number it is known there.
struct reply_address {
  requester_ref requester;
  std::uint64_t ticket = 0;
};

// -- users -------------------------------------------------------------------

/// A connection names its user. Answered by `attached`.
struct attach_connection {
  user_id user;
  connection_ref who;
  hub_ref hub; ///< Of the connection's home.
};

/// The session has the connection among its own.
struct attached {};

/// A connection is closed and in no channel any more.
struct detach_connection {
  user_id user;
  connection_ref who;
};

/// The session failed; nothing but its list of connections was lost.
struct session_lost {};

/// The session has no connection. `seen` counts the messages it has handled, by
/// which the directory knows whether another is on its way.
struct session_idle {
  user_id user;
  session_ref who; ///< Not its successor, if it has failed since.
  std::uint64_t seen = 0;
};

/// Deliver to each connection of the user. Answered by `publication_accepted`.
struct send_to_user {
  user_id user;
  publication_ptr what;
  reply_address reply;
  bool detailed = false; ///< And by `publication_delivered`.
};

/// One publication for one connection. Goes through its hub, as publications of
/// channels do: so they arrive in the order in which they were accepted.
struct deliver {
  connection_ref who;
  publication_ptr what;
  reply_address reply; ///< Null, or answered by `publication_delivered`.
};

/// Close the connections that the user has now. Answered by
/// `user_disconnected`, once they are gone from all their channels.
struct disconnect_user {
  user_id user;
  close_reason reason;
  reply_address reply;
};

/// Close this connection, after what was sent to it before.
struct disconnect {
  connection_ref who;
  close_reason reason;
};

/// Answered by `user_found`.
struct find_user {
  user_id user;
  reply_address reply;
};

/// How many users of the application have their session here? Answered by
/// `users_counted`.
struct count_users {
  app_id app{};
  reply_address reply;
};

// -- channels ----------------------------------------------------------------

/// What a hub calls its part of a channel.
enum class topic_number : std::uint32_t {};

/// A hub has this many subscribers now. Answered by `settled`.
struct join {
  channel_id channel;
  hub_ref hub;
  topic_number topic{};
  std::uint32_t subscribers = 0;
  std::uint64_t operation = 0;
};

/// A hub has no subscriber any more. Answered by `settled`.
struct leave {
  channel_id channel;
  hub_ref hub;
  topic_number topic{};
  std::uint64_t operation = 0;
};

/// The channel has taken note of a hub's operations up to this one: what is
/// published from now on goes to those who joined and not to those who left.
struct settled {
  topic_number topic{};
  std::uint64_t operation = 0;
  channel_ref channel;
};

/// Answered by `publication_accepted`, or `publication_refused` if too much is
/// under way already.
struct publish {
  channel_id channel;
  publication_ptr what;
  reply_address reply;
  bool detailed = false; ///< And by `publication_delivered`.
};

/// A publication for a hub's subscribers. The hub gives `credit` for it once
/// it is written.
struct fan_out {
  topic_number topic{};
  publication_ptr what;
  reply_address reply; ///< Null, or answered by `publication_delivered`.
};

/// A hub has passed these bytes of publications on to its sockets.
struct credit {
  hub_ref hub;
  std::size_t bytes = 0;
};

/// The channel has no subscriber: see `session_idle`.
struct channel_idle {
  channel_id channel;
  channel_ref who;
  std::uint64_t seen = 0;
};

/// The channel failed, or did not take a join or leave. Its successor is to be
/// told what subscribers there are.
struct channel_lost {
  topic_number topic{};
};

/// Who is subscribed? Answered by `subscribers_expected` from the channel and
/// `subscribers_listed` from each hub that has subscribers.
struct list_users {
  channel_id channel;
  reply_address reply;
};

/// Answered by `subscribers_listed`.
struct list_subscribers {
  topic_number topic{};
  reply_address reply;
};

// -- operators ---------------------------------------------------------------

/// A page of a home's actors, best first by `order`. Answered by
/// `actors_listed`.
struct list_actors {
  actor_filter which;
  actor_order order{};
  std::optional<actor_rank> after; ///< Only those that follow this one.
  std::size_t limit = 0;
  bool thoroughly = false; ///< With all they hold, not its figures alone.
  reply_address reply;
};

/// The next step of a list that is being made.
struct continue_walk {};

/// Answered by `totals_read`.
struct read_totals {
  reply_address reply;
};

/// Clients that have gone, newest first. Answered by `departures_listed`.
struct list_departures {
  departure_filter which;
  std::optional<actor_rank> after; ///< Only those that follow this one.
  std::size_t limit = 0;
  reply_address reply;
};

/// Replace the channel's actor; its subscribers stay. Answered by
/// `channel_reset`.
struct reset_channel {
  channel_id channel;
  reply_address reply;
};

/// Whom a trace is about: one of these.
struct trace_subject {
  std::optional<user_id> user{};
  std::optional<channel_id> channel{};
  std::optional<std::uint64_t> connection{}; ///< Id of its actor.
};

/// Tell what actors of this home receive and send, by `trace_noted`.
struct begin_trace {
  trace_subject about;
  bool with_payload = false;
  std::chrono::steady_clock::time_point until; ///< It ends by itself.
  reply_address reply;
};

/// The trace whose reports have this ticket is over.
struct end_trace {
  std::uint64_t ticket = 0;
};

/// Close all connections, spread over this time.
struct drain {
  std::chrono::milliseconds window{};
  std::function<void()> done; ///< Called on the home, once all have gone.
};

// -- replies -----------------------------------------------------------------

/// The publication is on its way to this many connections.
struct publication_accepted {
  std::uint64_t ticket = 0;
  std::size_t receivers = 0;
  std::size_t reports = 0; ///< `publication_delivered` that come.
};

/// A hub has handed the publication to its connections, or to one of them.
struct publication_delivered {
  std::uint64_t ticket = 0;
  std::size_t queued = 0;  ///< Connections that take no more for now.
  std::size_t dropped = 0; ///< Messages that had to make room for it.
  std::size_t slow = 0;    ///< Connections that it closed.
};

/// Too much is under way: to be tried again later.
struct publication_refused {
  std::uint64_t ticket = 0;
};

struct user_found {
  std::uint64_t ticket = 0;
  bool online = false;
};

/// One home's part of the users online.
struct users_counted {
  std::uint64_t ticket = 0;
  std::size_t count = 0;
};

struct user_disconnected {
  std::uint64_t ticket = 0;
};

/// This many hubs are going to list subscribers.
struct subscribers_expected {
  std::uint64_t ticket = 0;
  std::size_t hubs = 0;
};

/// One hub's subscribers: a user for each subscribed connection.
struct subscribers_listed {
  std::uint64_t ticket = 0;
  std::vector<std::string> users;
};

/// The actor that was asked failed; whether it did its work is not known.
struct request_failed {
  std::uint64_t ticket = 0;
};

/// One home's best actors, in order.
struct actors_listed {
  std::uint64_t ticket = 0;
  std::vector<actor_view> actors;
};

/// What is known of one home as a whole.
struct totals_read {
  std::uint64_t ticket = 0;
  std::size_t home = 0;
  home_counters counters;
  std::array<std::size_t, actor_kind_names.size()> actors{};
  std::size_t ready = 0;  ///< Actors that wait for their turn.
  std::size_t timers = 0; ///< That run.
  histogram lag;          ///< Of the last minute: see `home_load`.
  histogram turns;
  histogram lag_ever;
  histogram delivery_times;
  departures::counts gone; ///< Clients, by close code.
  std::vector<population::group> clients;
  std::size_t memory_used = 0;   ///< Of the budget, by this home.
  std::size_t memory_budget = 0; ///< Of all homes; 0: unlimited.
  bool draining = false;
};

/// One home's departures, in order.
struct departures_listed {
  std::uint64_t ticket = 0;
  std::vector<departure> clients;
};

/// `found`: there was such a channel.
struct channel_reset {
  std::uint64_t ticket = 0;
  bool found = false;
};

/// What an actor has just received or sent.
struct trace_noted {
  std::uint64_t ticket = 0;
  std::chrono::system_clock::time_point when;
  std::uint64_t actor = 0;
  actor_kind kind{};
  std::string name;
  std::size_t home = 0;
  std::string_view event; ///< A word; static storage.
  std::string subject;    ///< What it is about, such as a channel's name.
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
  std::string payload;      ///< Its beginning, if it was asked for.
  std::uint64_t missed = 0; ///< Events before this one that were too many.
};

} // namespace thunderpush

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::attach_connection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::attached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::detach_connection)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::session_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::session_idle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::send_to_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::deliver)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::disconnect_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::disconnect)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::find_user)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::count_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::join)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::leave)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::settled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::publish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::fan_out)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::credit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::channel_idle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::channel_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::list_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::list_subscribers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::list_actors)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::continue_walk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::read_totals)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::list_departures)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::reset_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::begin_trace)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::end_trace)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::publication_accepted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::publication_delivered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::publication_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::user_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::users_counted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::user_disconnected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::subscribers_expected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::subscribers_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::request_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::actors_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::totals_read)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::departures_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::channel_reset)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(thunderpush::trace_noted)
