#include "api/envelope.hpp"

#include "encoding/json.hpp"

#include <cstddef>

namespace thunderpush {

namespace {

constexpr std::string_view payload_member = R"({"payload":)";
constexpr std::string_view channel_member = R"(,"channel":)";

std::string begin_envelope(std::string_view payload, std::size_t rest_size) {
  // JSON in JSON: about one character in eight is a quotation mark.
  const std::size_t escapes = payload.size() / 8 + 8;
  std::string envelope;
  envelope.reserve(payload_member.size() + payload.size() + escapes
                   + rest_size);
  envelope += payload_member;
  append_json_string(envelope, payload);
  return envelope;
}

} // namespace

std::string channel_envelope(std::string_view payload,
                             std::string_view channel) {
  std::string envelope
    = begin_envelope(payload, channel_member.size() + channel.size() + 3);
  envelope += channel_member;
  append_json_string(envelope, channel);
  envelope += '}';
  return envelope;
}

std::string user_envelope(std::string_view payload) {
  std::string envelope = begin_envelope(payload, 1);
  envelope += '}';
  return envelope;
}

} // namespace thunderpush
