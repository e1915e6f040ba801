#pragma once

#include "transport/websocket/extensions.hpp"
#include "transport/websocket/frame.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush::websocket {

/// What a client and the server have agreed on: permessage-deflate (RFC 7692)
/// without context takeover in either direction, or nothing.
enum class compression : std::uint8_t {
  none,
  deflate,
  deflate_narrow, ///< The client set a limit to what it keeps for references.
};

/// How many of them there are.
constexpr std::size_t compression_count = 3;

/// What came of a client's offers.
struct compression_agreement {
  compression how = compression::none;
  std::string answer; ///< `Sec-WebSocket-Extensions`; empty: no such field.
};

/// Accepts the first offer of permessage-deflate that can be (RFC 7692
/// section 7.1), or none. An offer with a parameter that is unknown,
/// there twice, or has a value it cannot have, is declined. In the answer
/// neither side takes its context over, whatever was offered; a
/// `server_max_window_bits` is granted, and the client's window is left alone.
compression_agreement
accept_compression(std::span<const extension_offer> offers);

/// Shorter messages are not worth it.
constexpr std::size_t min_compressed_bytes = 64;

/// A whole frame from the server with this message: compressed as agreed (with
/// RSV1, RFC 7692 section 6), unless it is short or would not get smaller.
std::string encode_message(opcode type, std::string_view message,
                           compression how);

} // namespace thunderpush::websocket
