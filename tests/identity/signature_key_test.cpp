#include "identity/signature_key.hpp"

#include "tests/identity/made_token.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

using namespace thunderpush;

namespace {

std::string why_not(token_algorithm algorithm, std::string_view text) {
  const auto parsed = signature_key::parse(algorithm, text);
  const auto* why = std::get_if<std::string>(&parsed);
  return why == nullptr ? "" : *why;
}

} // namespace

TEST_SUITE("signature key") {
  TEST_CASE("a public key of its own kind is taken") {
    CHECK(why_not(token_algorithm::rs256, rsa_pair().public_pem).empty());
    CHECK(why_not(token_algorithm::es256, ec_pair().public_pem).empty());
    CHECK(why_not(token_algorithm::hs256, shared_key).empty());
  }

  TEST_CASE("a key of another kind is refused") {
    CHECK(why_not(token_algorithm::rs256, ec_pair().public_pem)
          == "is no RSA key, and token_algorithm is RS256");
    CHECK(why_not(token_algorithm::es256, rsa_pair().public_pem)
          == "is no key of an elliptic curve, and token_algorithm is ES256");
  }

  TEST_CASE("another curve is refused") {
    for (const auto* curve : {"P-384", "P-521", "secp256k1"})
      CHECK(why_not(token_algorithm::es256, make_ec_pair(curve).public_pem)
            == "is a key of another curve than P-256, which ES256 needs");
  }

  TEST_CASE("a short RSA key is refused") {
    CHECK(why_not(token_algorithm::rs256, make_rsa_pair(1024).public_pem)
          == "is an RSA key of 1024 bits; RS256 needs 2048 or more");
  }

  TEST_CASE("a private key is refused") {
    for (const auto* pem : {&rsa_pair().secret_pem, &ec_pair().secret_pem})
      CHECK(why_not(token_algorithm::rs256, *pem)
            == "is a private key; the server needs the public key alone");
  }

  TEST_CASE("what is no PEM is refused") {
    auto cut = rsa_pair().public_pem;
    cut.erase(cut.size() / 2, 8);
    for (const auto& text :
         {std::string{}, std::string{"-----BEGIN PUBLIC KEY-----"},
          std::string{"-----BEGIN PUBLIC KEY-----\nAAAA\n"
                      "-----END PUBLIC KEY-----\n"},
          std::string{"ssh-rsa AAAA"}, cut})
      CHECK(why_not(token_algorithm::rs256, text)
            == "is no public key in PEM that can be read");
  }

  TEST_CASE("a signature of another length is none") {
    const auto key = std::get<signature_key>(
      signature_key::parse(token_algorithm::hs256, shared_key));
    const auto mac = mac_of("text", shared_key);
    CHECK(key.verifies("text", mac));
    CHECK_FALSE(key.verifies("text", mac.substr(0, 31)));
    CHECK_FALSE(key.verifies("text", mac + '\0'));
    CHECK_FALSE(key.verifies("text", ""));
    CHECK_FALSE(key.verifies("Text", mac));
    const auto curve = std::get<signature_key>(
      signature_key::parse(token_algorithm::es256, ec_pair().public_pem));
    for (const std::size_t size : {0U, 63U, 64U, 65U, 128U})
      CHECK_FALSE(curve.verifies("text", std::string(size, '\0')));
  }
}
