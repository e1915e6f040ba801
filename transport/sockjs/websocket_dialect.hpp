#pragma once

#include "transport/websocket/dialect.hpp"

namespace thunderpush::sockjs {

/// SockJS over WebSocket: each frame is a text message; the client sends JSON
/// arrays of strings, or one bare string.
const websocket::dialect& websocket_dialect() noexcept;

} // namespace thunderpush::sockjs
