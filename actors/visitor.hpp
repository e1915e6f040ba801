#pragma once

#include "actors/admission.hpp"
#include "config/ip_address.hpp"

#include <optional>
#include <string>

namespace thunderpush {

/// What is known of a client when it connects, before it has said a word.
struct visitor {
  /// Behind proxies that are trusted: the client's own, not theirs. None for a
  /// client of a Unix socket.
  std::optional<ip_address> address{};
  std::string origin{}; ///< Of its page, as sent; empty: none.
  admission::place place{};
};

} // namespace thunderpush
