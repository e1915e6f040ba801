// JSON Web Tokens. The first byte of the input chooses what the rest
// is: a token as it stands, or a header and claims that are signed with the
// right key, so that the fuzzer gets behind the signature.

#include "actors/channel_pattern.hpp"
#include "encoding/json.hpp"
#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"

#include <array>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <string>
#include <string_view>
#include <variant>

#include "identity/base64url.hpp"
#include "identity/jwt_verifier.hpp"
#include "identity/token.hpp"

namespace {

using namespace thunderpush;
using fuzz::require;

constexpr std::string_view secret = "a secret of the fuzzer";

// Keys of nobody, made for this.
constexpr std::string_view ec_private_key
  = "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8I7t9TPZilw763zB\n"
    "u40NZ+NtU/5tSP/XV73weaaP/5WhRANCAAQO/wOzQOTUwiBzaDiMABb4f4xrtCWZ\n"
    "IgYmuSGRZVzpCQREc54pnFSFKCDoN1o8+cz5mKhBdscaTb78y8xxKK0v\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view ec_public_key
  = "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDv8Ds0Dk1MIgc2g4jAAW+H+Ma7Ql\n"
    "mSIGJrkhkWVc6QkERHOeKZxUhSgg6DdaPPnM+ZioQXbHGk2+/MvMcSitLw==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view rsa_public_key
  = "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxaLwtkyhbIP81OKSo1+S\n"
    "nffWlNOmg3Ne+tbasAMCUOUTWAME0CQm7eo6LJL5PFRHWZlHiAXjELfwwlQ1ZfEQ\n"
    "AAp1sGMvog/M59ytsmVb+78g3sjLD91pMqYHGdKbCgL2PYlFNYVtLIf4R55/Ux7V\n"
    "2BnHR6ir058jpEAhumTpPqKLXkQH+MOIerglFZl61V1Z2Kw83OsT7VqxFV/PuoJe\n"
    "p4i0rgKcBpaQibfb2q6yBkMkSnFKPiWu+OqwqVAggbs4fxf320mbrQdN14usP2hc\n"
    "+QMEt9QTPlZm5M2Isr3v4OTUJIXET/OazSoeFdpsMMjsEz94f5Fs4iN3zCgYKNpn\n"
    "PQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

const auto now
  = identity::clock::time_point{std::chrono::seconds{2'000'000'000}};

token_keys made_of(token_algorithm algorithm, std::string_view key,
                   std::string_view audience = {}) {
  token_settings chosen;
  chosen.algorithm = algorithm;
  chosen.key = key;
  chosen.audience = audience;
  return token_keys_of(chosen);
}

std::string encoded(std::string_view text) {
  constexpr std::string_view digits
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6)
      out += digits[(bits >> (count - 6)) & 63U];
  }
  if (count != 0)
    out += digits[(bits << (6 - count)) & 63U];
  return out;
}

// HS256, or what somebody would try to pass for a signature.
std::string hmac(std::string_view text, std::string_view key) {
  std::array<unsigned char, 32> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       mac.data(), &size);
  return {mac.begin(), mac.begin() + size};
}

EVP_PKEY* signing_key() {
  auto* in = BIO_new_mem_buf(ec_private_key.data(),
                             static_cast<int>(ec_private_key.size()));
  auto* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  return key;
}

// ES256: the two numbers side by side (RFC 7518, 3.4).
std::string ecdsa(std::string_view text) {
  static EVP_PKEY* const key = signing_key();
  std::array<unsigned char, 80> der{};
  auto size = der.size();
  auto* context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key);
  EVP_DigestSign(context, der.data(), &size,
                 reinterpret_cast<const unsigned char*>(text.data()),
                 text.size());
  EVP_MD_CTX_free(context);
  const unsigned char* at = der.data();
  auto* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
  std::array<unsigned char, 64> both{};
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), both.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), both.data() + 32, 32);
  ECDSA_SIG_free(pair);
  return {both.begin(), both.end()};
}

void check_identity(const identity& found) {
  require(!found.user.empty() && is_valid_utf8(found.user));
  require(found.expires > now && found.info.size() <= longest_info);
  require(found.info.empty() || !check_json(found.info));
  for (const auto& each : found.channels)
    require(channel_pattern::is_valid(each.text()));
}

void check_verdict(const token_verdict& verdict) {
  if (const auto* fault = std::get_if<token_fault>(&verdict)) {
    require(!fault->why.empty());
  } else {
    check_identity(std::get<identity>(verdict));
  }
}

bool is_accepted(std::string_view token, const token_keys& by) {
  const auto verdict = read_token(token, by, now);
  check_verdict(verdict);
  return std::holds_alternative<identity>(verdict);
}

// The same token cut, lengthened or with one bit changed counts nowhere.
void check_changes(const std::string& token, std::size_t at,
                   const token_keys& by) {
  require(token.size() <= longest_token);
  auto changed = token;
  auto& c = changed[at % changed.size()];
  c = static_cast<char>(c ^ (1 << at % 8));
  require(!is_accepted(changed, by));
  require(!is_accepted(token.substr(0, at % token.size()), by));
  require(!is_accepted(token + 'A', by));
}

// A token counts with the key and the algorithm it was signed for, if at all.
void check_token(const std::string& token, std::size_t at) {
  static const auto right = made_of(token_algorithm::hs256, secret);
  static const auto other = made_of(token_algorithm::hs256, "another secret");
  static const auto with_audience
    = made_of(token_algorithm::hs256, secret, "audience");
  static const auto rsa = made_of(token_algorithm::rs256, rsa_public_key);
  static const auto ec = made_of(token_algorithm::es256, ec_public_key);
  const bool counts = is_accepted(token, right);
  require(!is_accepted(token, other) && !is_accepted(token, rsa));
  require(!counts || !is_accepted(token, ec));
  require(counts || !is_accepted(token, with_audience));
  if (counts)
    check_changes(token, at, right);
}

// Signed with the other kind of key, or with the text of a public key.
void check_elliptic(const std::string& text, std::size_t at) {
  static const auto ec = made_of(token_algorithm::es256, ec_public_key);
  const auto token = text + '.' + encoded(ecdsa(text));
  check_token(token, at);
  require(!is_accepted(text + '.' + encoded(hmac(text, ec_public_key)), ec));
  if (is_accepted(token, ec))
    check_changes(token, at, ec);
}

void check_base64url(std::string_view text) {
  require(decode_base64url(encoded(text)) == text);
  if (const auto decoded = decode_base64url(text))
    require(encoded(*decoded) == text);
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto how = in.byte();
  check_base64url(in.rest());
  if ((how & 1) == 0) {
    check_token(std::string{in.rest()}, how);
    return;
  }
  const auto header = (how & 2) == 0 ? R"({"alg":"HS256"})" : in.line();
  const auto text = encoded(header) + '.' + encoded(in.rest());
  const auto at = how + text.size();
  if ((how & 4) != 0) {
    check_elliptic(text, at);
  } else {
    check_token(text + '.' + encoded(hmac(text, secret)), at);
  }
}

const fuzz::registration made{"jwt", run};

} // namespace
