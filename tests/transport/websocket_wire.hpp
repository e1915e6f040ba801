#pragma once

#include "transport/websocket/frame.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// A frame as a client sends it: final, masked.
inline std::string masked_frame(websocket::opcode type,
                                std::string_view payload) {
  static constexpr std::array<unsigned, 4> mask{0x12, 0xA5, 0x5A, 0xFF};
  auto frame = websocket::encode_frame(type, payload);
  const auto header_bytes = frame.size() - payload.size();
  const auto with_mask = static_cast<unsigned char>(frame[1]) | 0x80U;
  frame[1] = static_cast<char>(with_mask);
  std::string masked = frame.substr(0, header_bytes);
  for (const auto byte : mask)
    masked.push_back(static_cast<char>(byte));
  for (std::size_t i = 0; i < payload.size(); ++i)
    masked.push_back(static_cast<char>(static_cast<unsigned char>(payload[i])
                                       ^ mask[i % mask.size()]));
  return masked;
}

inline std::string masked_text(std::string_view payload) {
  return masked_frame(websocket::opcode::text, payload);
}

inline std::string close_payload_of(unsigned code,
                                    std::string_view reason = {}) {
  std::string payload;
  payload.push_back(static_cast<char>(code >> 8));
  payload.push_back(static_cast<char>(code & 0xFF));
  return payload.append(reason);
}

inline std::string masked_close(unsigned code, std::string_view reason = {}) {
  return masked_frame(websocket::opcode::close, close_payload_of(code, reason));
}

/// Frames of a server, each as text: `text:PAYLOAD`, `ping:PAYLOAD`,
/// `pong:PAYLOAD`, `close:CODE:REASON`, or `close` if it has no code. What a
/// server may not send is `wrong`.
struct frames : std::vector<std::string> {
  using vector::vector;
};

/// Frames as failed checks show them.
inline doctest::String toString(const frames& all) {
  std::string text;
  for (const auto& each : all)
    text.append(text.empty() ? "" : " | ").append(each.substr(0, 60));
  return text.c_str();
}

/// Takes the complete frames off the front of what a server sent, up to a
/// wrong one.
class server_frames {
public:
  explicit server_frames(std::string& received) : rest_(received) {
    while (auto frame = next())
      all_.push_back(std::move(*frame));
    received.erase(0, received.size() - rest_.size());
  }

  frames take() { return std::move(all_); }

private:
  static constexpr std::size_t header_bytes = 2;

  std::optional<std::string> next() {
    if (rest_.size() < header_bytes || broken_)
      return std::nullopt;
    std::size_t at = header_bytes;
    auto length = std::uint64_t{byte(1)};
    if (length >= 126) {
      const std::size_t bytes = length == 126 ? 2 : 8;
      if (rest_.size() < header_bytes + bytes)
        return std::nullopt;
      length = 0;
      while (at < header_bytes + bytes)
        length = length << 8 | byte(at++);
    }
    if (rest_.size() - at < length)
      return std::nullopt;
    const auto type = byte(0);
    const auto payload = rest_.substr(at, static_cast<std::size_t>(length));
    rest_.remove_prefix(at + payload.size());
    return named(type, payload);
  }

  std::string named(unsigned type, std::string_view payload) {
    switch (type) {
    case 0x81:
      return "text:" + std::string{payload};
    case 0x89:
      return "ping:" + std::string{payload};
    case 0x8A:
      return "pong:" + std::string{payload};
    case 0x88:
      return payload.size() < 2 ? "close"
                                : "close:" + std::to_string(code(payload)) + ":"
                                    + std::string{payload.substr(2)};
    default:
      broken_ = true;
      return "wrong";
    }
  }

  static unsigned code(std::string_view payload) {
    return static_cast<unsigned char>(payload[0]) * 256U
           + static_cast<unsigned char>(payload[1]);
  }

  unsigned byte(std::size_t at) const {
    return static_cast<unsigned char>(rest_[at]);
  }

  std::string_view rest_;
  frames all_;
  bool broken_ = false;
};

} // namespace thunderpush
