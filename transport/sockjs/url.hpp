#pragma once

#include <cstdint>
#include <string_view>

namespace thunderpush::sockjs {

/// What a URL below a service's prefix is for.
enum class resource : std::uint8_t {
  greeting,
  info,
  raw_websocket,
  websocket,
  unknown,
};

/// Which resource a path is, given without the prefix. Matching is on the raw
/// path and case-sensitive.
resource find_resource(std::string_view path) noexcept;

} // namespace thunderpush::sockjs
