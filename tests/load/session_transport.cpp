#include "tests/load/session_transport.hpp"

#include <algorithm>

namespace thunderpush::load {

std::string_view to_string(session_transport which) {
  switch (which) {
  case session_transport::websocket:
    return "websocket";
  case session_transport::raw_websocket:
    return "raw";
  case session_transport::xhr:
    return "xhr";
  case session_transport::xhr_streaming:
    return "xhr_streaming";
  case session_transport::eventsource:
    return "eventsource";
  case session_transport::htmlfile:
    return "htmlfile";
  case session_transport::jsonp:
    break;
  }
  return "jsonp";
}

std::optional<session_transport>
parse_session_transport(std::string_view name) {
  const auto* const found = std::find_if(
    session_transports.begin(), session_transports.end(),
    [name](session_transport each) { return to_string(each) == name; });
  if (found == session_transports.end())
    return std::nullopt;
  return *found;
}

bool is_websocket(session_transport which) {
  return which == session_transport::websocket
         || which == session_transport::raw_websocket;
}

bool is_polling(session_transport which) {
  return which == session_transport::xhr || which == session_transport::jsonp;
}

bool has_callback(session_transport which) {
  return which == session_transport::htmlfile
         || which == session_transport::jsonp;
}

} // namespace thunderpush::load
