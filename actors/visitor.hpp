#pragma once

#include "actors/admission.hpp"

#include <string>

namespace thunderpush {

/// What is known of a client when it connects, before it has said a word.
struct visitor {
  std::string origin{}; ///< Of its page, as sent; empty: none.
  admission::place place{};
};

} // namespace thunderpush
