#pragma once

#include "tests/load/event_loop.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// What the scenarios publish: the JSON array `[stream,number,microseconds]`,
/// which stays readable inside a JSON string as it needs no escapes.
struct numbered_message {
  /// Whose numbers these are; each scenario says what its streams are.
  std::uint32_t stream = 0;
  /// 0, 1, 2 … within the stream.
  std::uint64_t number = 0;
  /// When it was handed to the publishing connection.
  clock::time_point posted;
};

/// The request body that publishes it.
std::string to_body(const numbered_message& message);

/// A message as it reached a client.
struct delivery {
  /// Empty if it was sent to the user.
  std::string_view channel;
  numbered_message message;
};

/// Reads the element `{"payload":"[1,2,3]","channel":"c"}`, or the same
/// without channel, at the front of `text` and removes it from there. The
/// bytes must be exactly what the server is specified to send.
std::optional<delivery> take_delivery(std::string_view& text);

} // namespace thunderpush::load
