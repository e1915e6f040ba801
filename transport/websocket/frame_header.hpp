#pragma once

#include "transport/websocket/close_code.hpp"
#include "transport/websocket/frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace thunderpush::websocket {

/// The most bytes the header of a client's frame takes: two, a 64-bit length
/// and the mask.
constexpr std::size_t max_frame_header_bytes = 14;

/// The header of a client's frame (RFC 6455 section 5.2).
struct frame_header {
  std::uint64_t payload_bytes = 0;
  std::array<unsigned char, 4> mask{};
  opcode type = opcode::continuation;
  bool final = false;
  bool compressed = false;       ///< RSV1: the message is (RFC 7692 section 6).
  std::uint8_t header_bytes = 0; ///< How long the header itself is.
};

/// The header has not arrived as a whole.
struct incomplete_header {};

/// The peer broke the protocol: the connection is to be failed with `code`
/// (RFC 6455 section 7.1.7).
struct violation {
  close_code code = close_code::protocol_error;
  std::string_view why; ///< Static storage; for logs and the close reason.
};

using frame_header_result
  = std::variant<incomplete_header, frame_header, violation>;

/// Decodes the header at the start of `bytes`, which may go on behind it or
/// end within it. Every rule is checked with the byte that breaks it: reserved
/// bits, opcode, mask bit, fragmented or oversized control frame, a length
/// that is not in its shortest form or has its top bit set. Only the first
/// frame of a message may be of the form `compressed`, and only where that was
/// agreed on.
frame_header_result decode_frame_header(std::span<const char> bytes,
                                        bool may_be_compressed) noexcept;

/// Applies the mask of a client's frame, in place. `offset` is the position of
/// the first byte within the frame's payload.
void unmask(std::span<char> payload, const std::array<unsigned char, 4>& mask,
            std::uint64_t offset) noexcept;

} // namespace thunderpush::websocket
