#pragma once

#include "actors/http.hpp"
#include "transport/websocket/compression.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush::websocket {

/// Why a request is no WebSocket handshake.
enum class handshake_error : std::uint8_t {
  method_not_allowed,    ///< Not a GET.
  no_upgrade,            ///< `Upgrade` does not offer `websocket`.
  no_connection_upgrade, ///< `Connection` lacks the token `upgrade`.
  unsupported_version,   ///< `Sec-WebSocket-Version` missing or unknown.
  bad_key, ///< `Sec-WebSocket-Key` missing, twice, or not base64 of 16 bytes.
  bad_extensions, ///< `Sec-WebSocket-Extensions` breaks its grammar.
};

/// A correct handshake.
struct handshake_accepted {
  std::string accept_key; ///< The value of `Sec-WebSocket-Accept`.
  compression_agreement agreed{};
};

/// Whether a server compresses with clients that offer it.
enum class compression_policy : std::uint8_t { off, on };

using handshake_result = std::variant<handshake_accepted, handshake_error>;

/// Checks an opening handshake (RFC 6455 section 4.2.1). Version 13, and the
/// drafts 7 and 8 that the SockJS protocol suite speaks, whose framing is the
/// same. `Host`, `Origin` and the HTTP version are the caller's to check. With
/// compression, the first offer of it that can be accepted is; what else is
/// offered is declined.
handshake_result check_handshake(const http_request& request,
                                 compression_policy policy
                                 = compression_policy::off);

/// The answer to a request that is no handshake: 400; 405 with `Allow`; 426
/// with `Sec-WebSocket-Version` (RFC 6455 section 4.4) and the `Upgrade` that
/// goes with this status (RFC 9110, 15.5.22).
http_response handshake_refusal(handshake_error error);

/// The head of the answer to a correct handshake, as it goes on the wire:
/// status 101, no subprotocol, no extension but the one agreed on (RFC 6455
/// section 4.2.2).
std::string switching_protocols(const handshake_accepted& handshake);

/// The value of `Sec-WebSocket-Accept` for that of `Sec-WebSocket-Key`
/// (RFC 6455 section 4.2.2, step 5.4).
std::string accept_key(std::string_view key);

} // namespace thunderpush::websocket
