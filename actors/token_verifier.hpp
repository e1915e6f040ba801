#pragma once

#include "actors/channel_pattern.hpp"
#include "actors/identifiers.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thunderpush {

/// What an application says of one of its users, in a token.
struct identity {
  using clock = std::chrono::system_clock;

  std::string user;                      ///< Not empty.
  clock::time_point expires;             ///< From then on it counts no more.
  std::vector<channel_pattern> channels; ///< That the user may subscribe to.
  std::string info;                      ///< JSON text; empty: none.
};

/// Why a token is refused.
struct token_fault {
  bool expired = false; ///< A fresh one would do.
  std::string_view why; ///< For logs: static storage, nothing of the token.
};

using token_verdict = std::variant<identity, token_fault>;

/// Verifies what clients show as their identity: the port for whoever knows how
/// tokens look and are signed. Immutable: shared by all homes.
class token_verifier {
public:
  virtual ~token_verifier() = default;

  /// Whether `token` is one of the application's and counts now.
  virtual token_verdict verify(app_id app, std::string_view token) const = 0;

  /// The time by which it counts.
  virtual identity::clock::time_point now() const = 0;
};

} // namespace thunderpush
