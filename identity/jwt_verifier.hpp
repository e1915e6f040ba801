#pragma once

#include "actors/token_verifier.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/token.hpp"

namespace thunderpush {

/// Why a text cannot verify tokens of that algorithm, as what follows its name:
/// `is …`; nothing if it can.
std::optional<std::string> token_key_fault(token_algorithm algorithm,
                                           std::string_view key);

/// The keys of an application; none if it is set up without. Throws
/// std::invalid_argument for a key that `token_key_fault` refuses.
token_keys token_keys_of(const token_settings& chosen);

/// Verifies JSON Web Tokens by the clock of the system.
class jwt_verifier final : public token_verifier {
public:
  /// `keys` by application id; one without keys accepts no token.
  explicit jwt_verifier(std::vector<token_keys> keys);

  token_verdict verify(app_id app, std::string_view token) const override;
  identity::clock::time_point now() const override {
    return identity::clock::now();
  }

private:
  std::vector<token_keys> keys_;
};

} // namespace thunderpush
