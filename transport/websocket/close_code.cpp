#include "transport/websocket/close_code.hpp"

#include "encoding/utf8.hpp"

#include <cstddef>

namespace thunderpush::websocket {

namespace {

// A control frame carries 125 bytes, of which the code takes two.
constexpr std::size_t max_reason_bytes = 123;

constexpr bool legal(unsigned code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014)
         || (code >= 3000 && code <= 4999);
}

std::string_view cut_at_character(std::string_view text, std::size_t limit) {
  if (text.size() <= limit)
    return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
    --limit;
  return text.substr(0, limit);
}

} // namespace

bool is_legal_on_wire(close_code code) noexcept {
  return legal(static_cast<unsigned>(code));
}

close_code wire_close_code(unsigned application_code) noexcept {
  const auto code = legal(application_code) ? application_code
                                            : 4000 + application_code % 1000;
  return static_cast<close_code>(code);
}

std::string close_payload(close_code code, std::string_view reason) {
  const auto wire
    = static_cast<unsigned>(wire_close_code(static_cast<unsigned>(code)));
  reason = cut_at_character(reason, max_reason_bytes);
  if (!is_valid_utf8(reason))
    reason = {};
  std::string payload;
  payload.reserve(2 + reason.size());
  payload.push_back(static_cast<char>(wire >> 8));
  payload.push_back(static_cast<char>(wire & 0xFF));
  payload.append(reason);
  return payload;
}

} // namespace thunderpush::websocket
