#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace thunderpush::load {

/// What carries a session to its client: one of the WebSocket URLs, or one of
/// the ways in which SockJS receives over HTTP.
enum class session_transport {
  websocket,
  raw_websocket,
  xhr,
  xhr_streaming,
  eventsource,
  htmlfile,
  jsonp,
};

inline constexpr std::array<session_transport, 7> session_transports{
  session_transport::websocket,   session_transport::raw_websocket,
  session_transport::xhr,         session_transport::xhr_streaming,
  session_transport::eventsource, session_transport::htmlfile,
  session_transport::jsonp,
};

/// The last segment of its URL; `raw` for the raw WebSocket.
std::string_view to_string(session_transport which);

/// Reads what to_string writes.
std::optional<session_transport> parse_session_transport(std::string_view name);

/// Whether it is one of the two WebSocket URLs.
bool is_websocket(session_transport which);

/// Whether a response holds exactly one frame.
bool is_polling(session_transport which);

/// Whether the receiving URL has a callback parameter.
bool has_callback(session_transport which);

} // namespace thunderpush::load
