#pragma once

#include "actors/http.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::websocket {

/// A parameter of an extension. Without a value it is just there.
struct extension_parameter {
  std::string_view name;
  std::optional<std::string> value; ///< A quoted one without its quotes.
};

/// An extension that a client offers, in its order of preference.
struct extension_offer {
  std::string_view name;
  std::vector<extension_parameter> parameters;
};

/// What the `Sec-WebSocket-Extensions` fields of a request offer (RFC 6455
/// section 9.1), none if they break the grammar: such a handshake is to be
/// refused. Views point into the request.
std::optional<std::vector<extension_offer>>
parse_extensions(const http_request& request);

} // namespace thunderpush::websocket
