#pragma once

#include "actors/close_reason.hpp"
#include "actors/frame.hpp"

#include <span>
#include <string>
#include <string_view>

// The frames of the SockJS protocol, from server to client.

namespace thunderpush::sockjs {

/// The session is open: the first frame of each.
inline constexpr std::string_view open_frame = "o";

/// The connection is alive.
inline constexpr std::string_view heartbeat_frame = "h";

/// `a[ELEMENT]`: one message, which is JSON already.
std::string array_frame(std::string_view element);

/// `a[ELEMENT,...]`: several messages.
std::string array_frame(std::span<const frame_ptr> messages);

/// `c[CODE,"REASON"]`: the session is closed.
std::string close_frame(const close_reason& why);

} // namespace thunderpush::sockjs
