#pragma once

#include "config/settings.hpp"

#include <chrono>
#include <cstddef>
#include <jwt.h>
#include <memory>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "identity/token.hpp"

// Keys and tokens for tests, made without the code under test: tokens by libjwt
// or, where they are to be wrong in a way that it does not know, by hand.

namespace thunderpush {

inline constexpr std::string_view shared_key
  = "0123456789abcdef0123456789abcdef";

/// A second of the year 2027, the time of all tests.
inline constexpr identity::clock::time_point test_time{
  std::chrono::seconds{1'800'000'000}};

struct key_pair {
  std::string secret_pem;
  std::string public_pem;
};

inline key_pair pems_of(EVP_PKEY* made) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{made,
                                                                &EVP_PKEY_free};
  const auto text = [](auto write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()),
                                                        &BIO_free};
    if (write(out.get()) != 1)
      throw std::runtime_error{"no PEM"};
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return std::string{data, static_cast<std::size_t>(size)};
  };
  return {text([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0,
                                            nullptr, nullptr);
          }),
          text([&](BIO* out) { return PEM_write_bio_PUBKEY(out, key.get()); })};
}

inline key_pair make_rsa_pair(std::size_t bits = 2048) {
  return pems_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
}

inline key_pair make_ec_pair(const char* curve = "P-256") {
  return pems_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
}

inline const key_pair& rsa_pair() {
  static const auto pair = make_rsa_pair();
  return pair;
}

inline const key_pair& ec_pair() {
  static const auto pair = make_ec_pair();
  return pair;
}

inline std::string encode_base64url(std::string_view bytes) {
  constexpr std::string_view digits
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6)
      text += digits[(bits >> (count - 6)) & 63U];
  }
  if (count > 0)
    text += digits[(bits << (6 - count)) & 63U];
  return text;
}

inline std::string mac_of(std::string_view text, std::string_view key) {
  unsigned char mac[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac,
       &size);
  return {reinterpret_cast<const char*>(mac), size};
}

/// Of these texts, signed with HS256 whatever the header says.
inline std::string by_hand(std::string_view header, std::string_view claims,
                           std::string_view key = shared_key) {
  const auto text = encode_base64url(header) + '.' + encode_base64url(claims);
  return text + '.' + encode_base64url(mac_of(text, key));
}

inline constexpr std::string_view hs256_header
  = R"({"alg":"HS256","typ":"JWT"})";

/// Of these claims, in good order otherwise.
inline std::string with_claims(std::string_view claims) {
  return by_hand(hs256_header, claims);
}

/// By libjwt, of alice and an hour.
inline std::string by_libjwt(jwt_alg_t algorithm, std::string_view key) {
  jwt_t* raw = nullptr;
  if (jwt_new(&raw) != 0)
    throw std::bad_alloc{};
  const std::unique_ptr<jwt_t, decltype(&jwt_free)> made{raw, &jwt_free};
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  jwt_add_grant(raw, "sub", "alice");
  jwt_add_grant_int(raw, "exp", 1'800'003'600);
  if (jwt_set_alg(raw, algorithm, bytes, static_cast<int>(key.size())) != 0)
    throw std::runtime_error{"libjwt takes no such key"};
  const std::unique_ptr<char, decltype(&free)> text{jwt_encode_str(raw), &free};
  if (!text)
    throw std::runtime_error{"libjwt cannot sign"};
  return text.get();
}

/// Whether libjwt accepts a token and takes it for one of that algorithm.
inline bool libjwt_accepts(const std::string& token, jwt_alg_t algorithm,
                           std::string_view key) {
  jwt_t* raw = nullptr;
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  if (jwt_decode(&raw, token.c_str(), bytes, static_cast<int>(key.size())) != 0)
    return false;
  const std::unique_ptr<jwt_t, decltype(&jwt_free)> read{raw, &jwt_free};
  return jwt_get_alg(raw) == algorithm;
}

inline token_keys keys_of(token_algorithm algorithm, std::string_view key,
                          std::string audience = {}) {
  token_keys made{algorithm, {}, std::move(audience)};
  made.keys.push_back(
    std::get<signature_key>(signature_key::parse(algorithm, key)));
  return made;
}

/// What a token is refused for, empty if it is not.
inline std::string_view refusal(const token_verdict& verdict) {
  const auto* fault = std::get_if<token_fault>(&verdict);
  return fault == nullptr ? std::string_view{} : fault->why;
}

} // namespace thunderpush
