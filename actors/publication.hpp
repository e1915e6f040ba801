#pragma once

#include "config/settings.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace thunderpush {

/// How a message is to be handled on its way.
struct delivery_options {
  slow_policy slow = slow_policy::disconnect;
  bool compress = false; ///< For clients that negotiated it.
};

/// A message on its way to clients: one element of a SockJS array frame, that
/// is, encoded JSON. Immutable, so that homes share it without copying.
struct publication {
  std::string element;
  std::chrono::steady_clock::time_point accepted{}; ///< Zero: not known.
  delivery_options options{};
};

using publication_ptr = std::shared_ptr<const publication>;

} // namespace thunderpush
