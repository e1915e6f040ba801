#pragma once

#include "config/settings.hpp"

#include <string>

namespace thunderpush {

/// Who may be a client of an application, and whom its channels are for.
struct app_access {
  identity_proof auth = identity_proof::none;
  /// Whether tokens of its can be verified. Without, no channel is private.
  bool has_token_key = false;
  std::string private_prefix{}; ///< Of channels that need a token; empty: none.
  origin_list origins{};        ///< Of its pages.
};

} // namespace thunderpush
