#include "identity/signature_key.hpp"

#include <array>
#include <cstddef>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <optional>
#include <utility>

namespace thunderpush {

namespace {

constexpr std::size_t mac_bytes = 32;
constexpr std::size_t coordinate_bytes = 32; // of P-256
constexpr int least_rsa_bits = 2048;         // RFC 7518, 3.3

struct free_openssl {
  void operator()(BIO* what) const noexcept { BIO_free(what); }
  void operator()(BIGNUM* what) const noexcept { BN_free(what); }
  void operator()(ECDSA_SIG* what) const noexcept { ECDSA_SIG_free(what); }
  void operator()(EVP_MD_CTX* what) const noexcept { EVP_MD_CTX_free(what); }
};

template <class T>
using owned = std::unique_ptr<T, free_openssl>;

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Else OpenSSL asks at the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

EVP_PKEY* read_public_key(std::string_view pem) {
  const owned<BIO> in{
    BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  return PEM_read_bio_PUBKEY(in.get(), nullptr, no_passphrase, nullptr);
}

// Why a public key is not one of the algorithm, nothing if it is.
std::optional<std::string> misfit(token_algorithm algorithm, EVP_PKEY* key) {
  if (algorithm == token_algorithm::rs256) {
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
      return "is no RSA key, and token_algorithm is RS256";
    if (EVP_PKEY_get_bits(key) < least_rsa_bits)
      return "is an RSA key of " + std::to_string(EVP_PKEY_get_bits(key))
             + " bits; RS256 needs 2048 or more";
    return std::nullopt;
  }
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC)
    return "is no key of an elliptic curve, and token_algorithm is ES256";
  std::array<char, 64> group{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) != 1
      || OBJ_sn2nid(group.data()) != NID_X9_62_prime256v1)
    return "is a key of another curve than P-256, which ES256 needs";
  return std::nullopt;
}

// The signature as OpenSSL has it (RFC 7518, 3.4: two numbers side by side);
// empty if it is none.
std::string der_of(std::string_view signature) {
  if (signature.size() != 2 * coordinate_bytes)
    return {};
  const owned<ECDSA_SIG> pair{ECDSA_SIG_new()};
  owned<BIGNUM> r{BN_bin2bn(bytes_of(signature), coordinate_bytes, nullptr)};
  owned<BIGNUM> s{BN_bin2bn(bytes_of(signature.substr(coordinate_bytes)),
                            coordinate_bytes, nullptr)};
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1)
    return {};
  static_cast<void>(r.release()); // they are the pair's now
  static_cast<void>(s.release());
  std::array<unsigned char, 80> der{};
  auto* end = der.data();
  const auto size = i2d_ECDSA_SIG(pair.get(), &end);
  if (size <= 0)
    return {};
  return {der.begin(), der.begin() + size};
}

} // namespace

std::variant<signature_key, std::string>
signature_key::parse(token_algorithm algorithm, std::string_view text) {
  signature_key key{algorithm};
  if (algorithm == token_algorithm::hs256) {
    key.secret_ = text;
    return key;
  }
  if (text.find("PRIVATE KEY-----") != std::string_view::npos)
    return "is a private key; the server needs the public key alone";
  key.public_.reset(read_public_key(text), &EVP_PKEY_free);
  ERR_clear_error();
  if (!key.public_)
    return "is no public key in PEM that can be read";
  if (auto why = misfit(algorithm, key.public_.get()))
    return *std::move(why);
  return key;
}

bool signature_key::verifies(std::string_view text,
                             std::string_view signature) const {
  const auto fits = algorithm_ == token_algorithm::hs256
                      ? has_mac(text, signature)
                      : was_signed(text, signature);
  ERR_clear_error(); // what it says of a wrong signature is for nobody
  return fits;
}

bool signature_key::has_mac(std::string_view text,
                            std::string_view signature) const {
  std::array<unsigned char, mac_bytes> mac{};
  unsigned int size = 0;
  return signature.size() == mac.size()
         && HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
                 bytes_of(text), text.size(), mac.data(), &size)
              != nullptr
         && size == mac.size()
         && CRYPTO_memcmp(mac.data(), signature.data(), mac.size()) == 0;
}

bool signature_key::was_signed(std::string_view text,
                               std::string_view signature) const {
  auto* key = public_.get();
  const auto is_rsa = algorithm_ == token_algorithm::rs256;
  const auto checked = is_rsa ? std::string{signature} : der_of(signature);
  if (checked.empty()
      || (is_rsa
          && checked.size()
               != static_cast<std::size_t>(EVP_PKEY_get_size(key))))
    return false;
  const owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
  return context
         && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr,
                                 key)
              == 1
         && EVP_DigestVerify(context.get(), bytes_of(checked), checked.size(),
                             bytes_of(text), text.size())
              == 1;
}

} // namespace thunderpush
