#include "transport/websocket/frame.hpp"

#include <cassert>

namespace thunderpush::websocket {

namespace {

constexpr std::size_t max_server_header_bytes = 10;

void append_big_endian(std::string& out, std::uint64_t value, unsigned bytes) {
  while (bytes-- > 0)
    out.push_back(static_cast<char>((value >> (8 * bytes)) & 0xFF));
}

} // namespace

void append_frame_header(std::string& out, opcode type,
                         std::size_t payload_bytes) {
  assert(!is_control(type) || payload_bytes <= max_control_payload_bytes);
  constexpr unsigned final_bit = 0x80;
  out.push_back(static_cast<char>(final_bit | static_cast<unsigned>(type)));
  if (payload_bytes <= 125) {
    append_big_endian(out, payload_bytes, 1);
  } else if (payload_bytes <= 0xFFFF) {
    out.push_back(126);
    append_big_endian(out, payload_bytes, 2);
  } else {
    out.push_back(127);
    append_big_endian(out, payload_bytes, 8);
  }
}

void append_frame(std::string& out, opcode type, std::string_view payload) {
  append_frame_header(out, type, payload.size());
  out.append(payload);
}

std::string encode_frame(opcode type, std::string_view payload) {
  std::string frame;
  frame.reserve(max_server_header_bytes + payload.size());
  append_frame(frame, type, payload);
  return frame;
}

} // namespace thunderpush::websocket
