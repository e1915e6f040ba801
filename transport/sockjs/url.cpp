#include "transport/sockjs/url.hpp"

namespace thunderpush::sockjs {

namespace {

// A server or session in a URL: not empty, no dot.
bool is_identifier(std::string_view segment) noexcept {
  return !segment.empty() && segment.find('.') == std::string_view::npos;
}

std::string_view take_segment(std::string_view& path) noexcept {
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  if (!path.empty())
    path.remove_prefix(1);
  return segment;
}

} // namespace

resource find_resource(std::string_view path) noexcept {
  if (path.empty() || path == "/")
    return resource::greeting;
  if (path == "/info")
    return resource::info;
  if (path == "/websocket")
    return resource::raw_websocket;
  if (!path.starts_with('/'))
    return resource::unknown;
  path.remove_prefix(1);
  const bool identified
    = is_identifier(take_segment(path)) && is_identifier(take_segment(path));
  if (identified && path == "websocket")
    return resource::websocket;
  return resource::unknown;
}

} // namespace thunderpush::sockjs
