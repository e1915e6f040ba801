#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace thunderpush::websocket {

/// Why a WebSocket connection ends (RFC 6455 section 7.4.1, IANA registry).
/// Any other value from 3000 to 4999 is an application's own.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  invalid_payload = 1007, ///< Such as a text message that is not UTF-8.
  policy_violation = 1008,
  message_too_big = 1009,
  mandatory_extension = 1010,
  internal_error = 1011,
  service_restart = 1012,
  try_again_later = 1013,
  bad_gateway = 1014,
};

/// Whether a close frame may carry the code: 1000 to 1003, 1007 to 1014 and
/// 3000 to 4999.
bool is_legal_on_wire(close_code code) noexcept;

/// The code that stands for an application's close code in a close frame: the
/// code itself where it is legal, else 4000 + code mod 1000 (9002 becomes
/// 4002).
close_code wire_close_code(unsigned application_code) noexcept;

/// The payload of a close frame (RFC 6455 section 5.5.1): the code, mapped by
/// `wire_close_code`, and the reason, cut to 123 bytes at a character
/// boundary. A reason that is not UTF-8 is left out, as it would make the peer
/// fail the connection.
std::string close_payload(close_code code, std::string_view reason);

} // namespace thunderpush::websocket
