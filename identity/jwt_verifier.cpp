#include "identity/jwt_verifier.hpp"

#include <cstddef>
#include <stdexcept>
#include <utility>
#include <variant>

namespace thunderpush {

std::optional<std::string> token_key_fault(token_algorithm algorithm,
                                           std::string_view key) {
  auto parsed = signature_key::parse(algorithm, key);
  if (auto* why = std::get_if<std::string>(&parsed))
    return std::move(*why);
  return std::nullopt;
}

token_keys token_keys_of(const token_settings& chosen) {
  token_keys made{chosen.algorithm, {}, chosen.audience};
  for (const auto* text : {&chosen.key, &chosen.previous_key}) {
    if (text->empty())
      continue;
    auto parsed = signature_key::parse(chosen.algorithm, *text);
    if (const auto* why = std::get_if<std::string>(&parsed))
      throw std::invalid_argument{"a token key " + *why};
    made.keys.push_back(std::move(std::get<signature_key>(parsed)));
  }
  return made;
}

jwt_verifier::jwt_verifier(std::vector<token_keys> keys)
  : keys_(std::move(keys)) {}

token_verdict jwt_verifier::verify(app_id app, std::string_view token) const {
  const auto index = static_cast<std::size_t>(app);
  if (index >= keys_.size() || keys_[index].keys.empty())
    return token_fault{.expired = false, .why = "the app has no token key"};
  return read_token(token, keys_[index], now());
}

} // namespace thunderpush
