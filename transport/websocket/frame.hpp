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

/// The most bytes a control frame may carry (RFC 6455 section 5.5).
constexpr std::size_t max_control_payload_bytes = 125;

/// Appends the header of a frame from the server: unfragmented, unmasked, the
/// length in its shortest form. `payload_bytes` bytes must follow, at most
/// `max_control_payload_bytes` for a control frame.
void append_frame_header(std::string& out, opcode type,
                         std::size_t payload_bytes);

/// Appends a whole frame from the server, like `append_frame_header`.
void append_frame(std::string& out, opcode type, std::string_view payload);

/// A whole frame from the server, like `append_frame_header`.
std::string encode_frame(opcode type, std::string_view payload);

} // namespace thunderpush::websocket
