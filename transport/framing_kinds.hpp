#pragma once

#include "actors/framing.hpp"

#include <cstddef>

namespace thunderpush {

/// The kinds of framing there are: each numbers its variant of a frame.
enum class framing_kind : std::size_t {
  raw_websocket,
  sockjs_websocket,
  sockjs_http,
};

} // namespace thunderpush
