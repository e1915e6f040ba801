#include "identity/jwt_verifier.hpp"

#include "tests/identity/made_token.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <variant>

using namespace thunderpush;

namespace {

constexpr app_id first{0};
constexpr app_id second{1};
constexpr app_id third{2};
constexpr app_id unknown{3};

token_keys keys_by(std::string_view key, std::string_view previous = {},
                   token_algorithm algorithm = token_algorithm::hs256) {
  token_settings chosen;
  chosen.algorithm = algorithm;
  chosen.key = key;
  chosen.previous_key = previous;
  return token_keys_of(chosen);
}

std::string token_for(std::chrono::seconds ahead) {
  const auto end = std::chrono::duration_cast<std::chrono::seconds>(
    identity::clock::now().time_since_epoch() + ahead);
  return with_claims(R"({"sub":"alice","exp":)" + std::to_string(end.count())
                     + '}');
}

} // namespace

TEST_SUITE("JWT verifier") {
  TEST_CASE("each app has keys of its own, or none") {
    const jwt_verifier verifier{
      {keys_by(shared_key), keys_by(std::string(32, 'x')), token_keys{}}};
    const auto token = token_for(std::chrono::hours{1});
    CHECK(refusal(verifier.verify(first, token)).empty());
    CHECK(refusal(verifier.verify(second, token))
          == "no key of this app has signed it");
    for (const auto app : {third, unknown})
      CHECK(refusal(verifier.verify(app, token)) == "the app has no token key");
  }

  TEST_CASE("tokens expire by the clock of the system") {
    const jwt_verifier verifier{{keys_by(shared_key)}};
    const auto verdict
      = verifier.verify(first, token_for(std::chrono::seconds{-1}));
    CHECK(refusal(verdict) == "exp has passed");
  }

  TEST_CASE("the previous key counts, too") {
    const jwt_verifier verifier{{keys_by(std::string(32, 'x'), shared_key)}};
    CHECK(refusal(verifier.verify(first, token_for(std::chrono::hours{1})))
            .empty());
  }

  TEST_CASE("a key that fits no algorithm is told, and thrown at last") {
    CHECK_FALSE(token_key_fault(token_algorithm::rs256, rsa_pair().public_pem));
    CHECK(token_key_fault(token_algorithm::es256, rsa_pair().public_pem)
          == "is no key of an elliptic curve, and token_algorithm is ES256");
    CHECK_THROWS_AS(
      keys_by("-----BEGIN PUBLIC KEY-----", {}, token_algorithm::rs256),
      std::invalid_argument);
  }
}
