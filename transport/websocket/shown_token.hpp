#pragma once

#include "actors/http.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace thunderpush::websocket {

/// Why the token of a handshake cannot be used.
struct shown_token_error {
  std::string_view text; ///< For the client.
};

/// The command that a handshake stands for which shows a token: `CONNECT
/// TOKEN:KEY`, empty if it shows none. The token is the credentials of
/// `Authorization: Bearer` (RFC 6750, 2.1) or `token` of the query, the key is
/// `key` of the query. Whether the token is valid is not for this to say.
std::variant<std::string, shown_token_error>
connect_command_of(const http_request& request);

} // namespace thunderpush::websocket
