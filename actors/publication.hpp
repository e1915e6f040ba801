#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace thunderpush {

/// A message on its way to clients: one element of a SockJS array frame, that
/// is, encoded JSON. Immutable, so that homes share it without copying.
struct publication {
  std::string element;
  std::chrono::steady_clock::time_point accepted{}; ///< Zero: not known.
};

using publication_ptr = std::shared_ptr<const publication>;

} // namespace thunderpush
