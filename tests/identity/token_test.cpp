#include "identity/token.hpp"

#include "tests/identity/made_token.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

using namespace thunderpush;

namespace {

constexpr auto hs256 = token_algorithm::hs256;

const token_keys& usual_keys() {
  static const auto keys = keys_of(hs256, shared_key);
  return keys;
}

token_verdict read(std::string_view token) {
  return read_token(token, usual_keys(), test_time);
}

std::string claims_with(std::string_view more) {
  return std::string{R"({"sub":"alice","exp":1800003600)"}.append(more) + '}';
}

identity accepted(std::string_view more) {
  const auto verdict = read(with_claims(claims_with(more)));
  CAPTURE(refusal(verdict));
  REQUIRE(std::holds_alternative<identity>(verdict));
  return std::get<identity>(verdict);
}

std::string_view refused(std::string_view more) {
  return refusal(read(with_claims(claims_with(more))));
}

} // namespace

TEST_SUITE("token") {
  TEST_CASE("a token tells user, end, channels and info") {
    const auto who = accepted(
      R"(,"channels":["private-a","team-*"],"info":{"name": "Alice", "age":1})");
    CHECK(who.user == "alice");
    CHECK(who.expires == test_time + std::chrono::hours{1});
    REQUIRE(who.channels.size() == 2);
    CHECK(who.channels[0].text() == "private-a");
    CHECK(who.channels[1].text() == "team-*");
    CHECK(who.info == R"({"name": "Alice", "age":1})");
  }

  TEST_CASE("tokens that another library made are read") {
    const std::array cases{
      std::pair{by_libjwt(JWT_ALG_HS256, shared_key), usual_keys()},
      std::pair{by_libjwt(JWT_ALG_RS256, rsa_pair().secret_pem),
                keys_of(token_algorithm::rs256, rsa_pair().public_pem)},
      std::pair{by_libjwt(JWT_ALG_ES256, ec_pair().secret_pem),
                keys_of(token_algorithm::es256, ec_pair().public_pem)}};
    for (const auto& [token, keys] : cases) {
      const auto verdict = read_token(token, keys, test_time);
      CAPTURE(refusal(verdict));
      REQUIRE(std::holds_alternative<identity>(verdict));
      CHECK(std::get<identity>(verdict).user == "alice");
    }
  }

  TEST_CASE("the token of RFC 7515, A.1 is read as far as it goes") {
    // Its claims have no sub: what is refused is that, after the signature.
    constexpr std::string_view key
      = "\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f"
        "\x5a\xb3\x28\xe6\xf0\x54\xc9\x28\xa9\x0f\x84\xb2\xd2\x50\x2e\xbf"
        "\xd3\xfb\x5a\x92\xd2\x06\x47\xef\x96\x8a\xb4\xc3\x77\x62\x3d\x22"
        "\x3d\x2e\x21\x72\x05\x2e\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80\xa3";
    const auto verdict = read_token(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      keys_of(hs256, key), test_time);
    CHECK(refusal(verdict) == "sub is missing, empty or no string");
  }

  TEST_CASE("another algorithm than the one of the app is refused") {
    const auto claims = claims_with("");
    constexpr std::string_view why = "alg is not the algorithm of this app";
    for (const auto* header :
         {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"hs256"})",
          R"({"alg":"HS384"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})",
          R"({"alg":"ES256"})", R"({"alg":""})", R"({"alg":null})",
          R"({"alg":["HS256"]})", R"({"alg":"HS256 "})", R"({"typ":"JWT"})",
          R"({"ALG":"HS256"})", "{}"}) {
      CAPTURE(header);
      CHECK(refusal(read(by_hand(header, claims))) == why);
    }
    const auto unsigned_token = encode_base64url(R"({"alg":"none"})") + '.'
                                + encode_base64url(claims) + '.';
    CHECK(refusal(read(unsigned_token)) == why);
  }

  TEST_CASE("a public key is no shared secret") {
    for (const auto algorithm :
         {token_algorithm::rs256, token_algorithm::es256}) {
      const auto& pem = algorithm == token_algorithm::rs256
                          ? rsa_pair().public_pem
                          : ec_pair().public_pem;
      const auto keys = keys_of(algorithm, pem);
      const auto forged = by_hand(hs256_header, claims_with(""), pem);
      // The other library takes it, if one does not look at what it verified.
      CHECK(libjwt_accepts(forged, JWT_ALG_HS256, pem));
      CHECK(refusal(read_token(forged, keys, test_time))
            == "alg is not the algorithm of this app");
      const auto named
        = algorithm == token_algorithm::rs256 ? "RS256" : "ES256";
      const auto lying = by_hand(std::string{R"({"alg":")"} + named + R"("})",
                                 claims_with(""), pem);
      CHECK(refusal(read_token(lying, keys, test_time))
            == "no key of this app has signed it");
    }
  }

  TEST_CASE("crit is refused, whatever it names") {
    for (const auto* crit : {R"(["exp"])", R"(["b64"])", "[]", "null"}) {
      const auto header = std::string{R"({"alg":"HS256","crit":)"} + crit + '}';
      CHECK(refusal(read(by_hand(header, claims_with(""))))
            == "the header has crit");
    }
  }

  TEST_CASE("what a header names of keys is not looked at") {
    const auto header
      = R"({"alg":"HS256","kid":"../../x","jku":"http://a/","jwk":{},"x5c":[]})";
    CHECK(refusal(read(by_hand(header, claims_with(""), "another key")))
          == "no key of this app has signed it");
    CHECK(refusal(read(by_hand(header, claims_with("")))).empty());
  }

  TEST_CASE("a header that is no JSON object without doubles is refused") {
    for (const auto* header :
         {"", "{", "[]", "\"HS256\"", "null", R"({"alg":"HS256"} x)",
          R"({"alg":"HS256","alg":"none"})", R"({"alg":"none","alg":"HS256"})",
          R"({"alg":"HS256","\u0061lg":"HS256"})", "{\"alg\":\"HS256\",}",
          "\xEF\xBB\xBF{\"alg\":\"HS256\"}"}) {
      CAPTURE(header);
      CHECK(refusal(read(by_hand(header, claims_with(""))))
            == "the header cannot be read");
    }
  }

  TEST_CASE("three parts, no more and no less") {
    const auto good = with_claims(claims_with(""));
    constexpr std::string_view why = "it has not three parts";
    CHECK(refusal(read(good)).empty());
    for (const auto& token :
         {std::string{}, std::string{"."}, good + '.', good + ".e30",
          '.' + good, good.substr(0, good.rfind('.')), std::string(50, '.')}) {
      CAPTURE(token);
      CHECK(refusal(read(token)) == why);
    }
    CHECK(!refusal(read("..")).empty());
    CHECK(!refusal(read(good.substr(0, good.rfind('.') + 1))).empty());
  }

  TEST_CASE("padding, blanks and letters of plain base64 are refused") {
    const auto good = with_claims(claims_with(""));
    const auto first = good.find('.');
    const auto second = good.rfind('.');
    for (const auto position :
         {std::size_t{0}, first, first + 1, second, second + 1, good.size()}) {
      for (const auto* inserted : {"=", "==", " ", "\n", "+", "/"}) {
        auto token = good;
        token.insert(position, inserted);
        CAPTURE(token);
        CHECK(!refusal(read(token)).empty());
      }
    }
  }

  TEST_CASE("a token of 8 KiB is read, a longer one is not") {
    const auto size_with = [](std::size_t filler) {
      return with_claims(
        claims_with(R"(,"x":")" + std::string(filler, 'x') + '"'));
    };
    std::size_t filler = 6000;
    while (size_with(filler + 1).size() <= longest_token)
      ++filler;
    CHECK(refusal(read(size_with(filler))).empty());
    CHECK(refusal(read(size_with(filler + 1))) == "it is longer than 8 KiB");
  }

  TEST_CASE("the previous key is accepted, a revoked one is not") {
    constexpr std::string_view older = "fedcba9876543210fedcba9876543210";
    const auto by_older = by_hand(hs256_header, claims_with(""), older);
    CHECK(refusal(read(by_older)) == "no key of this app has signed it");
    auto both = keys_of(hs256, shared_key);
    both.keys.push_back(
      std::get<signature_key>(signature_key::parse(hs256, older)));
    CHECK(refusal(read_token(by_older, both, test_time)).empty());
    CHECK(refusal(read_token(with_claims(claims_with("")), both, test_time))
            .empty());
  }

  TEST_CASE("sub must be a text that is not empty") {
    for (const auto* claims :
         {R"({"exp":1800003600})", R"({"sub":"","exp":1800003600})",
          R"({"sub":1,"exp":1800003600})", R"({"sub":null,"exp":1800003600})",
          R"({"sub":["a"],"exp":1800003600})"}) {
      CAPTURE(claims);
      CHECK(refusal(read(with_claims(claims)))
            == "sub is missing, empty or no string");
    }
  }

  TEST_CASE("exp must be a number that has not passed") {
    const auto with_exp = [](std::string_view exp) {
      return read(
        with_claims(std::string{R"({"sub":"alice","exp":)"}.append(exp) + '}'));
    };
    for (const auto* exp :
         {"\"1800003600\"", "null", "true", "[1800003600]", "1e999"}) {
      CAPTURE(exp);
      CHECK(refusal(with_exp(exp)) == "exp is missing or no number");
    }
    CHECK(refusal(read(with_claims(R"({"sub":"alice"})")))
          == "exp is missing or no number");
    for (const auto* exp :
         {"1799999999", "1800000000", "0", "-1", "-1e300", "1.799999999e9"}) {
      CAPTURE(exp);
      const auto verdict = with_exp(exp);
      CHECK(refusal(verdict) == "exp has passed");
      CHECK(std::get<token_fault>(verdict).expired);
    }
    for (const auto* exp : {"1800000001", "1800000000.5", "1.9e9", "1e300"}) {
      CAPTURE(exp);
      CHECK(refusal(with_exp(exp)).empty());
    }
    CHECK(std::get<identity>(with_exp("1800000000.5")).expires
          == test_time + std::chrono::milliseconds{500});
  }

  TEST_CASE("nbf must have come, but for five seconds") {
    CHECK(refused(R"(,"nbf":1800000000)").empty());
    CHECK(refused(R"(,"nbf":1800000005)").empty());
    CHECK(refused(R"(,"nbf":1800000005.1)") == "nbf has not come");
    CHECK(refused(R"(,"nbf":1e300)") == "nbf has not come");
    for (const auto* nbf : {"\"0\"", "null", "[]"})
      CHECK(refused(std::string{R"(,"nbf":)"} + nbf) == "nbf is no number");
    const auto early = read(with_claims(claims_with(R"(,"nbf":1800000010)")));
    CHECK_FALSE(std::get<token_fault>(early).expired);
  }

  TEST_CASE("aud must name the audience, if there is one") {
    const auto keys = keys_of(hs256, shared_key, "push");
    const auto refused_for = [&keys](std::string_view more) {
      return refusal(
        read_token(with_claims(claims_with(more)), keys, test_time));
    };
    CHECK(refused_for(R"(,"aud":"push")").empty());
    CHECK(refused_for(R"(,"aud":["shop","push"])").empty());
    for (const auto* aud :
         {"", R"(,"aud":"Push")", R"(,"aud":"")", R"(,"aud":[])",
          R"(,"aud":["push ","shop"])", R"(,"aud":null)",
          R"(,"aud":["push",1])", R"(,"aud":{"push":1})"}) {
      CAPTURE(aud);
      CHECK(refused_for(aud) == "aud does not name the audience of this app");
    }
    CHECK(refused(R"(,"aud":"other")").empty());
  }

  TEST_CASE("channels must be names or prefixes with a star at their end") {
    CHECK(accepted(R"(,"channels":[])").channels.empty());
    CHECK(accepted(R"(,"channels":["*"])").channels.size() == 1);
    for (const auto* channels :
         {R"("a")", "null", R"(["a",1])", R"([["a"]])", R"({"a":1})"}) {
      CAPTURE(channels);
      CHECK(refused(std::string{R"(,"channels":)"} + channels)
            == "channels is no array of strings");
    }
    for (const auto* channel : {"", "a b", "a*b", "**", "*a", "a:b", "a\\n"}) {
      CAPTURE(channel);
      CHECK(refused(std::string{R"(,"channels":[")"} + channel + "\"]")
            == "channels has what no channel can be called");
    }
    CHECK(refused(R"(,"channels":[")" + std::string(65, 'a') + "\"]")
          == "channels has what no channel can be called");
  }

  TEST_CASE("info is any JSON of up to 4 KiB") {
    for (const auto* info : {"null", "1", "\"x\"", "[]", "{\"a\":{\"b\":1}}"})
      CHECK(accepted(std::string{R"(,"info":)"} + info).info == info);
    CHECK(accepted("").info.empty());
    const auto sized = [](std::size_t bytes) {
      return R"(,"info":")" + std::string(bytes - 2, 'x') + '"';
    };
    CHECK(refused(sized(longest_info)).empty());
    CHECK(refused(sized(longest_info + 1)) == "info is longer than 4 KiB");
  }

  TEST_CASE("claims that are no JSON object without doubles are refused") {
    for (const auto* claims :
         {"", "{", "[]", "null", R"({"sub":"alice","exp":1800003600}{})",
          R"({"sub":"alice","sub":"bob","exp":1800003600})",
          R"({"sub":"alice","exp":1,"exp":1800003600})",
          "{\"sub\":\"\xFF\",\"exp\":1800003600}"}) {
      CAPTURE(claims);
      CHECK(refusal(read(with_claims(claims))) == "the claims cannot be read");
    }
  }
}
