#include "tests/identity/made_token.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

#include "identity/token.hpp"

using namespace thunderpush;

namespace {

struct subject {
  std::string_view name;
  jwt_alg_t by;
  token_keys keys;
  std::string_view signs;
  std::string_view verifies;
};

std::array<subject, 3> subjects() {
  return {{{"HS256", JWT_ALG_HS256, keys_of(token_algorithm::hs256, shared_key),
            shared_key, shared_key},
           {"RS256", JWT_ALG_RS256,
            keys_of(token_algorithm::rs256, rsa_pair().public_pem),
            rsa_pair().secret_pem, rsa_pair().public_pem},
           {"ES256", JWT_ALG_ES256,
            keys_of(token_algorithm::es256, ec_pair().public_pem),
            ec_pair().secret_pem, ec_pair().public_pem}}};
}

} // namespace

TEST_SUITE("a token that was tampered with") {
  TEST_CASE("is refused, whichever bit was flipped") {
    for (const auto& each : subjects()) {
      CAPTURE(each.name);
      const auto good = by_libjwt(each.by, each.signs);
      REQUIRE(refusal(read_token(good, each.keys, test_time)).empty());
      std::size_t flips = 0;
      for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        auto token = good;
        token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << (bit % 8)));
        if (refusal(read_token(token, each.keys, test_time)).empty())
          FAIL_CHECK("accepted with bit " << bit << " flipped: " << token);
        ++flips;
      }
      CHECK(flips == good.size() * 8);
    }
  }

  TEST_CASE("is refused if a character is another one, missing or doubled") {
    constexpr std::string_view others = "AZaz09-_.=+/ ";
    for (const auto& each : subjects()) {
      CAPTURE(each.name);
      const auto good = by_libjwt(each.by, each.signs);
      for (std::size_t at = 0; at < good.size(); ++at) {
        const auto try_with = [&](std::string_view in_place) {
          auto token = good;
          token.replace(at, 1, in_place);
          if (token != good
              && refusal(read_token(token, each.keys, test_time)).empty())
            FAIL_CHECK("accepted: " << token);
        };
        for (const char other : others)
          try_with({&other, 1});
        try_with("");
        try_with(std::string(2, good[at]));
      }
    }
  }

  TEST_CASE("is never accepted by this and refused by another library") {
    for (const auto& each : subjects()) {
      CAPTURE(each.name);
      for (const auto& key : subjects()) {
        const auto token = by_libjwt(key.by, key.signs);
        const auto ours = refusal(read_token(token, each.keys, test_time));
        CHECK(ours.empty() == (each.by == key.by));
        if (ours.empty())
          CHECK(libjwt_accepts(token, each.by, each.verifies));
      }
    }
  }
}
