#include "tests/load/websocket_frame.hpp"

#include <array>

namespace thunderpush::load {

namespace {

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes)
    value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xff);
}

} // namespace

std::optional<frame_view> parse_frame(std::string_view bytes) {
  if (bytes.size() < 2)
    return std::nullopt;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  std::size_t header = 2;
  std::uint64_t length = second & 0x7f;
  if (length >= 126) {
    const std::size_t extended = length == 126 ? 2 : 8;
    if (bytes.size() < header + extended)
      return std::nullopt;
    length = big_endian(bytes.substr(header, extended));
    header += extended;
  }
  if (second & 0x80)
    header += 4;
  if (bytes.size() < header || bytes.size() - header < length)
    return std::nullopt;
  frame_view frame;
  frame.code = static_cast<opcode>(first & 0x0f);
  frame.final = (first & 0x80) != 0;
  frame.reserved_bits = (first & 0x70) != 0;
  frame.masked = (second & 0x80) != 0;
  frame.payload = bytes.substr(header, static_cast<std::size_t>(length));
  frame.size = header + frame.payload.size();
  return frame;
}

void append_frame(std::string& out, opcode code, std::string_view payload) {
  // Masks need not be unpredictable here: no proxy stands between.
  constexpr std::array<unsigned char, 4> mask{0x37, 0xfa, 0x21, 0x3d};
  out += static_cast<char>(0x80 | static_cast<unsigned>(code));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65'536) {
    out += static_cast<char>(0x80 | 126);
    append_big_endian(out, payload.size(), 2);
  } else {
    out += static_cast<char>(0x80 | 127);
    append_big_endian(out, payload.size(), 8);
  }
  for (const auto byte : mask)
    out += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(static_cast<unsigned char>(payload[i])
                             ^ mask[i % mask.size()]);
}

} // namespace thunderpush::load
