#include "transport/websocket/compression.hpp"

#include "encoding/ascii.hpp"
#include "transport/websocket/deflate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace thunderpush::websocket {

namespace {

constexpr unsigned full_window = 15;

struct deflate_offer {
  std::optional<unsigned> server_window; // none: no limit
};

// 8 to 15, without leading zeros (RFC 7692 section 7.1.2).
std::optional<unsigned> read_window(std::string_view text) noexcept {
  unsigned bits = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bits);
  if (error != std::errc{} || stop != end || text.front() == '0' || bits < 8
      || bits > full_window)
    return std::nullopt;
  return bits;
}

bool is_repeated(const extension_offer& offer,
                 const extension_parameter& parameter) {
  return std::count_if(offer.parameters.begin(), offer.parameters.end(),
                       [&parameter](const extension_parameter& each) {
                         return equals_ignoring_case(each.name, parameter.name);
                       })
         > 1;
}

// Takes a parameter into account; false if it may not be there, or not so.
bool note(const extension_parameter& parameter, deflate_offer& offer) {
  const auto is = [&](std::string_view name) {
    return equals_ignoring_case(parameter.name, name);
  };
  if (is("server_no_context_takeover") || is("client_no_context_takeover"))
    return !parameter.value;
  if (is("client_max_window_bits"))
    return !parameter.value || read_window(*parameter.value);
  if (is("server_max_window_bits") && parameter.value) {
    offer.server_window = read_window(*parameter.value);
    return offer.server_window.has_value();
  }
  return false;
}

std::optional<deflate_offer> read_offer(const extension_offer& offer) {
  if (!equals_ignoring_case(offer.name, "permessage-deflate"))
    return std::nullopt;
  deflate_offer read;
  for (const auto& parameter : offer.parameters) {
    if (is_repeated(offer, parameter) || !note(parameter, read))
      return std::nullopt;
  }
  return read;
}

compression_agreement agree(const deflate_offer& offer) {
  compression_agreement made{compression::deflate,
                             "permessage-deflate; server_no_context_takeover; "
                             "client_no_context_takeover"};
  if (offer.server_window) {
    made.answer
      += "; server_max_window_bits=" + std::to_string(*offer.server_window);
    if (*offer.server_window < full_window)
      made.how = compression::deflate_narrow;
  }
  return made;
}

} // namespace

compression_agreement
accept_compression(std::span<const extension_offer> offers) {
  for (const auto& each : offers) {
    if (const auto offer = read_offer(each))
      return agree(*offer);
  }
  return {};
}

std::string encode_message(opcode type, std::string_view message,
                           compression how) {
  if (how != compression::none && message.size() >= min_compressed_bytes) {
    const auto window = how == compression::deflate_narrow ? window_bits::narrow
                                                           : window_bits::full;
    if (const auto payload = deflater::of_thread(window).compress(message))
      return encode_frame(type, *payload, frame_form::compressed);
  }
  return encode_frame(type, message);
}

} // namespace thunderpush::websocket
