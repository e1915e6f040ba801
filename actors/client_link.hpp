#pragma once

#include "actors/actor_view.hpp"
#include "actors/close_reason.hpp"
#include "actors/framing.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace thunderpush {

class endpoint;
class out_queue;

/// A transport's end of a connection: the port through which an endpoint
/// reaches its client. It belongs to its endpoint, which tells it what to do;
/// it tells the endpoint what the client does. All on one home.
class client_link {
public:
  /// What became of an attempt to write.
  enum class flush_result : std::uint8_t {
    drained, ///< Everything is written.
    more,    ///< The socket takes more, but others have waited longer.
    blocked, ///< It takes no more: `endpoint::writable` comes later.
  };

  virtual ~client_link() = default;

  /// How it writes publications. The same for its whole life.
  virtual const framing& frames() const noexcept = 0;

  /// The transport's name, as operators know it.
  virtual std::string_view transport() const noexcept = 0;

  /// The other end of the client's socket; none if none is open.
  virtual std::optional<peer_view> peer() const { return std::nullopt; }

  /// The connection is there: begin. The link calls it until it has called
  /// `endpoint::link_lost`, and never after that.
  virtual void start(endpoint& owner) = 0;

  /// Writes from the front of the queue what the client takes now.
  virtual flush_result flush(out_queue& queue) = 0;

  /// The last message has been dealt with: the next may come.
  virtual void resume() = 0;

  /// Ends the connection after what is queued: tells the client why, in the
  /// transport's own way, then calls `endpoint::link_lost`, within a bounded
  /// time whatever the client does.
  virtual void close(const close_reason& why) = 0;
};

} // namespace thunderpush
