#pragma once

#include "config/settings.hpp"

#include <memory>
#include <openssl/evp.h>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush {

/// A key that verifies the signatures of one algorithm (RFC 7518, 3.1), and of
/// no other. Immutable: may be used by all threads at once.
class signature_key {
public:
  /// The key, or why it is none, as what follows its name: `is …`. Keys of
  /// HS256 are any bytes; those of RS256 (2048 bits or more) and ES256 (P-256)
  /// a public key in PEM (RFC 7468, 13).
  static std::variant<signature_key, std::string>
  parse(token_algorithm algorithm, std::string_view text);

  /// Whether `signature` (RFC 7518, 3.2 to 3.4) is one of `text` by this key.
  bool verifies(std::string_view text, std::string_view signature) const;

private:
  explicit signature_key(token_algorithm algorithm) : algorithm_(algorithm) {}

  bool has_mac(std::string_view text, std::string_view signature) const;
  bool was_signed(std::string_view text, std::string_view signature) const;

  token_algorithm algorithm_;
  std::string secret_;               // of HS256
  std::shared_ptr<EVP_PKEY> public_; // never changed
};

} // namespace thunderpush
