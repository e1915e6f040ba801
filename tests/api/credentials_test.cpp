#include "api/credentials.hpp"

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <span>
#include <string>

using namespace thunderpush;

namespace {

constexpr std::array two_apps{
  key_and_secret{"public", "private"},
  key_and_secret{"shop", "s3cret key"},
};

} // namespace

TEST_SUITE("credentials") {
  TEST_CASE("the right key and secret open their app") {
    const credentials known(two_apps);
    CHECK(known.find("public", "private") == 0U);
    CHECK(known.find("shop", "s3cret key") == 1U);
  }

  TEST_CASE("a wrong or missing secret opens nothing") {
    const credentials known(two_apps);
    for (const auto* secret :
         {"", " ", "privat", "privatex", "Private", "public", "s3cret key"}) {
      CAPTURE(secret);
      CHECK_FALSE(known.find("public", secret));
    }
  }

  TEST_CASE("the right secret with a wrong key opens nothing") {
    const credentials known(two_apps);
    for (const auto* key : {"", "publi", "publicx", "Public", "shop", "private",
                            " public", "public "}) {
      CAPTURE(key);
      CHECK_FALSE(known.find(key, "private"));
    }
  }

  TEST_CASE("the border between key and secret counts") {
    const credentials known(two_apps);
    CHECK_FALSE(known.find("publicp", "rivate"));
    CHECK_FALSE(known.find("publi", "cprivate"));
    CHECK_FALSE(known.find("", "publicprivate"));
  }

  TEST_CASE("white space around the secret is ignored, inside it is not") {
    const credentials known(two_apps);
    CHECK(known.find("public", "  private\t") == 0U);
    CHECK(known.find("shop", " s3cret key ") == 1U);
    CHECK_FALSE(known.find("shop", "s3cretkey"));
    CHECK_FALSE(known.find("shop", "s3cret  key"));
    CHECK_FALSE(known.find("public", "private\n"));
  }

  TEST_CASE("an app set up without a secret is not opened by an empty one") {
    constexpr std::array apps{key_and_secret{"open", ""},
                              key_and_secret{"blank", " "}};
    const credentials known(apps);
    CHECK_FALSE(known.find("open", ""));
    CHECK_FALSE(known.find("open", " "));
    CHECK_FALSE(known.find("blank", " "));
  }

  TEST_CASE("a secret written with blanks around it can be matched") {
    constexpr std::array apps{key_and_secret{"k", " s "}};
    CHECK(credentials(apps).find("k", " s ") == 0U);
  }

  TEST_CASE("without apps nothing opens") {
    const credentials known(std::span<const key_and_secret>{});
    CHECK_FALSE(known.find("public", "private"));
    CHECK_FALSE(known.find("", ""));
  }

  TEST_CASE(
    "long keys and secrets, and bytes of any value, are compared whole") {
    const std::string key(100'000, 'k');
    const std::string secret = std::string(100'000, '\xff') + '\0' + "x";
    const std::array apps{key_and_secret{key, secret}};
    const credentials known(apps);
    CHECK(known.find(key, secret) == 0U);
    CHECK_FALSE(known.find(key, secret.substr(0, secret.size() - 1)));
  }

  TEST_CASE("the texts given need not outlive the construction") {
    std::string secret = "private";
    const std::array apps{key_and_secret{"public", secret}};
    const credentials known(apps);
    secret.assign("changed");
    CHECK(known.find("public", "private") == 0U);
  }
}
