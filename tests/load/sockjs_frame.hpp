#pragma once

#include "tests/load/numbered_message.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace thunderpush::load {

/// A frame of SockJS from the server, lying in the text it was parsed from.
struct sockjs_frame {
  enum class kind { open, heartbeat, messages, close };

  kind what = kind::open;
  /// The messages of an `a` frame.
  std::vector<delivery> deliveries;
  /// The code of a `c` frame.
  std::uint16_t code = 0;
};

/// Reads a frame; nothing if it differs from what is specified, or has other
/// messages than the numbered ones that are published here.
std::optional<sockjs_frame> parse_sockjs_frame(std::string_view text);

} // namespace thunderpush::load
