#pragma once

#include "actors/actor_ref.hpp"

#include <caf/fwd.hpp>

namespace thunderpush {

// The messages are declared in actors/messages.hpp.
struct attach_connection;
struct attached;
struct begin_trace;
struct channel_idle;
struct channel_lost;
struct continue_walk;
struct count_users;
struct credit;
struct deliver;
struct detach_connection;
struct disconnect;
struct disconnect_user;
struct drain;
struct end_trace;
struct fan_out;
struct find_user;
struct join;
struct leave;
struct list_actors;
struct list_departures;
struct list_subscribers;
struct list_users;
struct publish;
struct read_totals;
struct request_failed;
struct reset_channel;
struct send_to_user;
struct session_idle;
struct session_lost;
struct settled;

struct actors_listed;
struct channel_reset;
struct departures_listed;
struct publication_accepted;
struct publication_delivered;
struct publication_refused;
struct subscribers_expected;
struct subscribers_listed;
struct totals_read;
struct trace_noted;
struct user_disconnected;
struct user_found;
struct users_counted;

// clang-format off

/// One client. Spawned by the hub of the home that owns its socket.
using connection_interface = accepts<
  attached,      // its user's session knows it
  session_lost>; // the session failed: attach to its successor

/// The connections of one user. Spawned by the directory of its home.
using session_interface = accepts<
  attach_connection, // a connection of the user is there
  detach_connection, // a connection of the user has gone
  send_to_user,      // deliver to all connections of the user
  disconnect_user>;  // close all connections of the user

/// One channel. Spawned by the directory of its home.
using channel_interface = accepts<
  join,       // a hub has so many subscribers
  leave,      // a hub has no subscriber any more
  publish,    // fan out to the hubs that have subscribers
  list_users, // have the hubs list the subscribers
  reset_channel, // end, and let the hubs join a successor
  credit>;    // a hub has flushed what it was sent

/// The channels and sessions that live on a home, by name. Whatever concerns
/// a name goes through the directory of its home, so that the end of an idle
/// actor never races with a message to it.
using directory_interface = accepts<
  attach_connection, // these four go to the user's session
  detach_connection,
  send_to_user,
  disconnect_user,
  find_user,      // is the user online?
  count_users,    // users online here
  session_idle,   // the session has no connection
  join,           // these five go to the channel
  leave,
  publish,
  list_users,
  reset_channel,
  channel_idle,   // the channel has no subscriber
  caf::down_msg>; // a channel or session has ended

/// The connections of a home and what they are subscribed to.
using hub_interface = accepts<
  settled,          // a channel has taken note of joins and leaves
  fan_out,          // a publication for the subscribers here
  deliver,          // a publication for one connection
  disconnect,       // close one connection
  list_subscribers, // the users subscribed here
  channel_lost,     // the channel failed: tell its successor
  drain>;           // close all connections, spread over a time

/// What operators may ask about a home.
using inspector_interface = accepts<
  list_actors,    // a page of the home's actors
  continue_walk,  // its own: the next step of such a list
  read_totals,    // the home as a whole
  list_departures, // the clients that have gone
  begin_trace,    // look on at some of its actors
  end_trace>;     // no more

/// An actor that asks on behalf of HTTP clients: the replies it may get.
using requester_interface = accepts<
  publication_accepted, // to publish and send_to_user
  publication_delivered, // to the same, if more was asked, from hubs
  publication_refused,  // to publish
  user_found,           // to find_user
  users_counted,        // to count_users
  user_disconnected,    // to disconnect_user
  subscribers_expected, // to list_users, from the channel
  subscribers_listed,   // to list_users, from each hub
  actors_listed,        // to list_actors
  totals_read,          // to read_totals
  departures_listed,    // to list_departures
  channel_reset,        // to reset_channel
  trace_noted,          // to begin_trace, again and again
  request_failed>;      // to whatever was asked

// clang-format on

using connection_ref = actor_ref<connection_interface>;
using session_ref = actor_ref<session_interface>;
using channel_ref = actor_ref<channel_interface>;
using directory_ref = actor_ref<directory_interface>;
using hub_ref = actor_ref<hub_interface>;
using inspector_ref = actor_ref<inspector_interface>;
using requester_ref = actor_ref<requester_interface>;

} // namespace thunderpush
