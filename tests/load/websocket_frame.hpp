#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// RFC 6455, section 5.2.
enum class opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

/// A frame as the server sent it, lying in the bytes it was parsed from.
struct frame_view {
  opcode code = opcode::text;
  bool final = true;
  /// Any of RSV1 to RSV3.
  bool reserved_bits = false;
  bool masked = false;
  std::string_view payload;
  /// Header and payload together, in bytes.
  std::size_t size = 0;
};

/// The frame at the front of `bytes`, nothing while it is incomplete. The
/// payload of a masked frame is left as it is: a server never masks.
std::optional<frame_view> parse_frame(std::string_view bytes);

/// Appends a final frame, masked as a client must.
void append_frame(std::string& out, opcode code, std::string_view payload);

} // namespace thunderpush::load
