#pragma once

#include "actors/close_reason.hpp"
#include "actors/framing.hpp"
#include "transport/websocket/compression.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::websocket {

/// What is said over a WebSocket: SockJS or nothing but the messages
/// themselves. Stateless; lives as long as the program.
class dialect {
public:
  dialect() = default;
  dialect(const dialect&) = delete;
  dialect& operator=(const dialect&) = delete;
  virtual ~dialect() = default;

  /// How publications are written to clients that agreed on this.
  virtual const framing& frames(compression how) const noexcept = 0;

  /// The transport's name, as operators know it.
  virtual std::string_view name() const noexcept = 0;

  /// Frames that the client gets first; may be empty.
  virtual std::string greeting() const = 0;

  /// Frames that the client gets beside each ping; may be empty.
  virtual std::string heartbeat() const = 0;

  /// The last frames that the client gets: a close frame at their end.
  virtual std::string farewell(const close_reason& why) const = 0;

  /// Appends the messages that a text message holds. False if it breaks the
  /// protocol.
  virtual bool decode(std::string_view text,
                      std::vector<std::string>& messages) const = 0;

  /// The same for a binary message. False if there are none in this dialect:
  /// then one that is UTF-8 is taken as text, as some clients send nothing
  /// else, and any other is refused.
  virtual bool decode_binary(std::string_view,
                             std::vector<std::string>&) const {
    return false;
  }
};

/// Each text message is one message, both ways.
const dialect& raw_dialect() noexcept;

} // namespace thunderpush::websocket
