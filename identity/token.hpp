#pragma once

#include "actors/token_verifier.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "identity/signature_key.hpp"

namespace thunderpush {

/// A token may not be longer, in bytes.
inline constexpr std::size_t longest_token = 8 * kibibyte;

/// Its `info` may not be longer, in bytes of JSON.
inline constexpr std::size_t longest_info = 4 * kibibyte;

/// How far ahead of ours the clock of whoever made a token may be: for `nbf`.
inline constexpr std::chrono::seconds clock_skew{5};

/// What tokens of one application are verified with.
struct token_keys {
  token_algorithm algorithm = token_algorithm::hs256;
  std::vector<signature_key> keys; ///< Of that algorithm; one of them must fit.
  std::string audience;            ///< Empty: any.
};

/// Reads a JSON Web Token in the compact form (RFC 7519, RFC 7515, 7.1; RFC
/// 8725 says what to refuse): the algorithm must be the one of the keys, the
/// signature by one of them; `sub`, a text that is not empty, and `exp` must be
/// there, `nbf` have come, `aud` name the audience. Header and claims are JSON
/// objects without members that occur twice, `crit` is refused whatever it
/// says, `channels` is an array of `channel_pattern`s, `info` any JSON.
token_verdict read_token(std::string_view token, const token_keys& keys,
                         identity::clock::time_point now);

} // namespace thunderpush
