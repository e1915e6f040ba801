#pragma once

#include "actors/framing.hpp"

#include <cstddef>

namespace thunderpush {

/// The kinds of framing there are: each numbers its variant of a frame.
enum class framing_kind : std::size_t {
  raw_websocket,
  raw_websocket_deflate,
  raw_websocket_deflate_narrow,
  sockjs_websocket,
  sockjs_websocket_deflate,
  sockjs_websocket_deflate_narrow,
  sockjs_http,
};

static_assert(static_cast<std::size_t>(framing_kind::sockjs_http)
              < framing::max_kinds);

} // namespace thunderpush
