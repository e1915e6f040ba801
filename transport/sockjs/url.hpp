#pragma once

#include <cstdint>
#include <string_view>

namespace thunderpush::sockjs {

/// What a URL below a service's prefix is for.
enum class resource : std::uint8_t {
  unknown,
  greeting,
  info,
  iframe,
  raw_websocket,
  websocket,
  xhr,
  xhr_streaming,
  xhr_send,
  eventsource,
  htmlfile,
  jsonp,
  jsonp_send,
};

/// What a path leads to.
struct location {
  resource what = resource::unknown;
  std::string_view session; ///< Its id, if the path names one.
};

/// Where a path leads, given without the prefix. Matching is on the raw path
/// and case-sensitive; the id is not decoded.
location locate(std::string_view path) noexcept;

} // namespace thunderpush::sockjs
