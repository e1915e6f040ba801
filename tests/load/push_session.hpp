#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/event_loop.hpp"
#include "tests/load/numbered_message.hpp"
#include "tests/load/session_transport.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace thunderpush::load {

/// What the owner of a push_session is told. The owner must not destroy the
/// session from inside these calls, but it may drop it.
class push_session_events {
public:
  /// Commands may be sent.
  virtual void on_open() = 0;
  /// @param what lasts until the call returns
  virtual void on_delivery(const delivery& what) = 0;
  /// The server has carried out what was sent last.
  virtual void on_commands_taken() = 0;
  /// Nothing is under way any more, as fall_silent wanted it.
  virtual void on_silent() = 0;
  /// The server has closed the session. On a WebSocket the connection is gone,
  /// too; over HTTP the server may be asked again.
  virtual void on_closed(std::uint16_t code) = 0;
  /// The server has forgotten the session, though it was not closed.
  /// @param silence the longest time that the server can have been without a
  /// request that receives
  virtual void on_forgotten(clock::duration silence) = 0;
  /// The session came to another end.
  virtual void on_failure(const std::string& reason) = 0;

protected:
  ~push_session_events() = default;
};

/// One session with the push server: commands out, numbered messages in.
class push_session {
public:
  push_session() = default;
  push_session(const push_session&) = delete;
  push_session& operator=(const push_session&) = delete;
  virtual ~push_session() = default;

  /// Begins; on_open follows.
  virtual void open() = 0;

  /// Sends commands of characters that JSON does not escape, all at once.
  /// on_commands_taken follows. None may be under way.
  virtual void send(const std::vector<std::string>& commands) = 0;

  /// Over HTTP: asks for nothing more. On a WebSocket: reads no more, and so
  /// answers no ping. on_silent follows, on a WebSocket at once.
  virtual void fall_silent() = 0;

  /// Over HTTP: takes fall_silent back. Once silent or closed: asks again.
  /// @param anew whether on a new connection
  virtual void ask_again(bool anew) = 0;

  /// On a WebSocket: begins the closing handshake. on_closed follows.
  virtual void close() = 0;

  /// Leaves without a word, with FIN or RST. Nothing more is told.
  virtual void drop(bool with_reset) = 0;

  /// How often a response ended regularly.
  virtual std::uint64_t responses() const = 0;
};

/// Makes a session over the given transport; it does not begin yet.
/// @param n a number of its own for each session of a run
std::unique_ptr<push_session> make_push_session(event_loop& loop,
                                                push_session_events& owner,
                                                const endpoint& server,
                                                session_transport how,
                                                std::uint64_t n);

/// The code with which a session is closed whose user was removed, on any
/// transport.
bool means_removed(std::uint16_t code);

} // namespace thunderpush::load
