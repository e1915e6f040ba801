#include "transport/sockjs/url.hpp"

#include <algorithm>
#include <array>

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

// iframe[0-9-.a-z_]*.html
bool is_iframe(std::string_view name) noexcept {
  constexpr std::string_view begin = "iframe";
  constexpr std::string_view end = ".html";
  if (name.size() < begin.size() + end.size() || !name.starts_with(begin)
      || !name.ends_with(end))
    return false;
  name.remove_prefix(begin.size());
  name.remove_suffix(end.size());
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'
           || c == '.' || c == '_';
  });
}

struct entry {
  std::string_view name;
  resource what;
};

// What a session has, by the last segment.
constexpr std::array<entry, 8> of_a_session{{
  {"websocket", resource::websocket},
  {"xhr", resource::xhr},
  {"xhr_streaming", resource::xhr_streaming},
  {"xhr_send", resource::xhr_send},
  {"eventsource", resource::eventsource},
  {"htmlfile", resource::htmlfile},
  {"jsonp", resource::jsonp},
  {"jsonp_send", resource::jsonp_send},
}};

resource find_in_session(std::string_view name) noexcept {
  for (const auto& each : of_a_session) {
    if (each.name == name)
      return each.what;
  }
  return resource::unknown;
}

} // namespace

location locate(std::string_view path) noexcept {
  if (path.empty() || path == "/")
    return {resource::greeting, {}};
  if (!path.starts_with('/'))
    return {};
  path.remove_prefix(1);
  if (path == "info")
    return {resource::info, {}};
  if (path == "websocket")
    return {resource::raw_websocket, {}};
  if (is_iframe(path))
    return {resource::iframe, {}};
  const auto server = take_segment(path);
  const auto session = take_segment(path);
  if (!is_identifier(server) || !is_identifier(session))
    return {};
  return {find_in_session(path), session};
}

} // namespace thunderpush::sockjs
