#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace thunderpush::websocket {

/// What a frame carries (RFC 6455 section 5.2).
enum class opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

/// Whether the opcode is that of a control frame.
constexpr bool is_control(opcode type) noexcept {
  return (static_cast<unsigned>(type) & 0x8) != 0;
}

/// Whether a message is in its frame as it is, or compressed (RFC 7692).
enum class frame_form : std::uint8_t { plain, compressed };

/// RSV1: the first frame of a compressed message has it (RFC 7692 section 6).
constexpr unsigned compressed_bit = 0x40;

/// The most bytes a control frame may carry (RFC 6455 section 5.5).
constexpr std::size_t max_control_payload_bytes = 125;

/// Appends the header of a frame from the server: unfragmented, unmasked, the
/// length in its shortest form. `payload_bytes` bytes must follow, at most
/// `max_control_payload_bytes` for a control frame, which is never compressed.
void append_frame_header(std::string& out, opcode type,
                         std::size_t payload_bytes,
                         frame_form form = frame_form::plain);

/// Appends a whole frame from the server, like `append_frame_header`.
void append_frame(std::string& out, opcode type, std::string_view payload,
                  frame_form form = frame_form::plain);

/// A whole frame from the server, like `append_frame_header`.
std::string encode_frame(opcode type, std::string_view payload,
                         frame_form form = frame_form::plain);

} // namespace thunderpush::websocket
