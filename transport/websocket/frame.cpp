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
                         std::size_t payload_bytes, frame_form form) {
  assert(!is_control(type) || payload_bytes <= max_control_payload_bytes);
  assert(!is_control(type) || form == frame_form::plain);
  constexpr unsigned final_bit = 0x80;
  const auto bits = final_bit
                    | (form == frame_form::compressed ? compressed_bit : 0)
                    | static_cast<unsigned>(type);
  out.push_back(static_cast<char>(bits));
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

void append_frame(std::string& out, opcode type, std::string_view payload,
                  frame_form form) {
  append_frame_header(out, type, payload.size(), form);
  out.append(payload);
}

std::string encode_frame(opcode type, std::string_view payload,
                         frame_form form) {
  std::string frame;
  frame.reserve(max_server_header_bytes + payload.size());
  append_frame(frame, type, payload, form);
  return frame;
}

} // namespace thunderpush::websocket
