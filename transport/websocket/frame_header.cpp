#include "transport/websocket/frame_header.hpp"

#include <cstring>

namespace thunderpush::websocket {

namespace {

constexpr unsigned final_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned opcode_bits = 0x0F;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7F;

constexpr violation error(std::string_view why) noexcept {
  return {close_code::protocol_error, why};
}

constexpr bool is_known(unsigned code) noexcept {
  return code <= 0x2 || (code >= 0x8 && code <= 0xA);
}

constexpr bool begins_message(opcode type) noexcept {
  return type == opcode::text || type == opcode::binary;
}

unsigned byte_at(std::span<const char> bytes, std::size_t index) noexcept {
  return static_cast<unsigned char>(bytes[index]);
}

// How many bytes behind the second one hold the length.
constexpr std::size_t extended_length_bytes(unsigned short_length) noexcept {
  if (short_length == 126)
    return 2;
  return short_length == 127 ? 8 : 0;
}

std::uint64_t read_big_endian(std::span<const char> bytes) noexcept {
  std::uint64_t value = 0;
  for (const auto c : bytes)
    value = (value << 8) | static_cast<unsigned char>(c);
  return value;
}

} // namespace

frame_header_result decode_frame_header(std::span<const char> bytes,
                                        bool may_be_compressed) noexcept {
  if (bytes.empty())
    return incomplete_header{};
  const auto first = byte_at(bytes, 0);
  const auto reserved = first & reserved_bits;
  if (reserved != 0 && !(may_be_compressed && reserved == compressed_bit))
    return error("reserved bit set");
  if (!is_known(first & opcode_bits))
    return error("unknown opcode");
  frame_header header;
  header.type = static_cast<opcode>(first & opcode_bits);
  header.compressed = reserved != 0;
  if (header.compressed && !begins_message(header.type))
    return error("reserved bit set");
  header.final = (first & final_bit) != 0;
  if (is_control(header.type) && !header.final)
    return error("fragmented control frame");

  if (bytes.size() < 2)
    return incomplete_header{};
  const auto second = byte_at(bytes, 1);
  if ((second & mask_bit) == 0)
    return error("unmasked frame");
  const auto short_length = second & length_bits;
  if (is_control(header.type) && short_length > max_control_payload_bytes)
    return error("control frame too long");

  const auto extended = extended_length_bytes(short_length);
  if (bytes.size() < 2 + extended)
    return incomplete_header{};
  header.payload_bytes = short_length;
  if (extended != 0)
    header.payload_bytes = read_big_endian(bytes.subspan(2, extended));
  if ((header.payload_bytes >> 63) != 0)
    return error("length with its top bit set");
  if ((extended == 2 && header.payload_bytes <= 125)
      || (extended == 8 && header.payload_bytes <= 0xFFFF))
    return error("length not in its shortest form");

  header.header_bytes
    = static_cast<std::uint8_t>(2 + extended + header.mask.size());
  if (bytes.size() < header.header_bytes)
    return incomplete_header{};
  std::memcpy(header.mask.data(), bytes.data() + 2 + extended,
              header.mask.size());
  return header;
}

void unmask(std::span<char> payload, const std::array<unsigned char, 4>& mask,
            std::uint64_t offset) noexcept {
  // The mask as it lies over the first eight bytes of the payload.
  std::array<unsigned char, 8> pattern{};
  for (std::size_t i = 0; i < pattern.size(); ++i)
    pattern[i] = mask[(offset + i) % mask.size()];
  std::uint64_t pattern_word = 0;
  std::memcpy(&pattern_word, pattern.data(), sizeof(pattern_word));

  std::size_t at = 0;
  for (; payload.size() - at >= sizeof(pattern_word);
       at += sizeof(pattern_word)) {
    std::uint64_t word = 0;
    std::memcpy(&word, payload.data() + at, sizeof(word));
    word ^= pattern_word;
    std::memcpy(payload.data() + at, &word, sizeof(word));
  }
  for (std::size_t i = 0; at + i < payload.size(); ++i) {
    auto& c = payload[at + i];
    c = static_cast<char>(static_cast<unsigned char>(c) ^ pattern[i]);
  }
}

} // namespace thunderpush::websocket
