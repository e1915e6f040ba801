#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace thunderpush {

/// The ways in which a SockJS client can be connected.
enum class sockjs_transport : std::uint8_t {
  websocket,
  xhr_streaming,
  eventsource,
  htmlfile,
  xhr_polling,
  jsonp_polling,
};

/// Their names, as clients and operators know them.
inline constexpr std::array<std::string_view, 6> sockjs_transport_names{
  "websocket", "xhr-streaming", "eventsource",
  "htmlfile",  "xhr-polling",   "jsonp-polling"};

constexpr std::string_view to_string(sockjs_transport which) noexcept {
  return sockjs_transport_names[static_cast<std::size_t>(which)];
}

/// Some of the transports.
class sockjs_transports {
public:
  static sockjs_transports all() noexcept {
    sockjs_transports every;
    every.bits_.set();
    return every;
  }

  bool has(sockjs_transport which) const noexcept {
    return bits_[static_cast<std::size_t>(which)];
  }

  bool empty() const noexcept { return bits_.none(); }

  void set(sockjs_transport which, bool to = true) noexcept {
    bits_[static_cast<std::size_t>(which)] = to;
  }

  bool operator==(const sockjs_transports&) const = default;

private:
  std::bitset<sockjs_transport_names.size()> bits_;
};

} // namespace thunderpush
