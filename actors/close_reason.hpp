#pragma once

#include <cstdint>
#include <string_view>

namespace thunderpush {

/// Why the server ends a connection: the code and text its client is told.
/// Codes 3000 to 3499 ask the client to come back, 3500 to 3999 and 9000 to
/// 9002 are final.
struct close_reason {
  std::uint16_t code = 0; ///< 0: the peer is gone, there is nobody to tell.
  std::string_view text;  ///< Static storage.

  friend bool operator==(const close_reason&, const close_reason&) = default;
};

namespace close_reasons {

inline constexpr close_reason peer_gone{0, ""};
inline constexpr close_reason go_away{3000, "Go away!"};
inline constexpr close_reason shutting_down{3001, "Server shutting down"};
inline constexpr close_reason slow_consumer{3008, "Slow consumer"};
inline constexpr close_reason token_expired{3010, "Token expired"};
inline constexpr close_reason no_pong{3012, "No pong"};
inline constexpr close_reason bad_token{3500, "Bad token"};
inline constexpr close_reason bad_request{3501, "Bad request"};
inline constexpr close_reason too_many_channels{3501, "Too many channels"};
inline constexpr close_reason not_permitted{3502, "Not permitted"};
inline constexpr close_reason wrong_origin{3503, "Origin not permitted"};
inline constexpr close_reason too_many_connections{3505,
                                                   "Too many connections"};
inline constexpr close_reason failed{0, "Internal error"};
inline constexpr close_reason invalid_key{9000, "Invalid API key."};
inline constexpr close_reason not_connected{9001,
                                            "Subscribing before connecting."};
inline constexpr close_reason disconnected{
  9002, "Server closed the connection (intentionally)."};

} // namespace close_reasons

} // namespace thunderpush
