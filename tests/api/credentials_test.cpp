#include "api/credentials.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

using namespace thunderpush;

namespace {

constexpr rest_secret of_app(std::size_t app, std::string_view key,
                             std::string_view secret,
                             rest_rights rights = all_rights) {
  return {app, key, secret, rights};
}

constexpr std::array two_apps{
  of_app(0, "public", "private"),
  of_app(1, "shop", "s3cret key"),
};

constexpr rest_caller all_of(std::size_t app) {
  return {app, all_rights};
}

} // namespace

TEST_SUITE("credentials") {
  TEST_CASE("the right key and secret open their app") {
    const credentials known(two_apps);
    CHECK(known.find("public", "private") == all_of(0));
    CHECK(known.find("shop", "s3cret key") == all_of(1));
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
    CHECK(known.find("public", "  private\t") == all_of(0));
    CHECK(known.find("shop", " s3cret key ") == all_of(1));
    CHECK_FALSE(known.find("shop", "s3cretkey"));
    CHECK_FALSE(known.find("shop", "s3cret  key"));
    CHECK_FALSE(known.find("public", "private\n"));
  }

  TEST_CASE("an app set up without a secret is not opened by an empty one") {
    constexpr std::array apps{of_app(0, "open", ""), of_app(1, "blank", " ")};
    const credentials known(apps);
    CHECK_FALSE(known.find("open", ""));
    CHECK_FALSE(known.find("open", " "));
    CHECK_FALSE(known.find("blank", " "));
  }

  TEST_CASE("a secret written with blanks around it can be matched") {
    constexpr std::array apps{of_app(0, "k", " s ")};
    CHECK(credentials(apps).find("k", " s ") == all_of(0));
  }

  TEST_CASE("without apps nothing opens") {
    const credentials known(std::span<const rest_secret>{});
    CHECK_FALSE(known.find("public", "private"));
    CHECK_FALSE(known.find("", ""));
  }

  TEST_CASE(
    "long keys and secrets, and bytes of any value, are compared whole") {
    const std::string key(100'000, 'k');
    const std::string secret = std::string(100'000, '\xff') + '\0' + "x";
    const std::array apps{of_app(0, key, secret)};
    const credentials known(apps);
    CHECK(known.find(key, secret) == all_of(0));
    CHECK_FALSE(known.find(key, secret.substr(0, secret.size() - 1)));
  }

  TEST_CASE("the texts given need not outlive the construction") {
    std::string secret = "private";
    const std::array apps{of_app(0, "public", secret)};
    const credentials known(apps);
    secret.assign("changed");
    CHECK(known.find("public", "private") == all_of(0));
  }

  TEST_CASE("each secret of an app has rights of its own") {
    constexpr rest_rights publisher{true, false, false};
    constexpr rest_rights reader{false, true, false};
    constexpr std::array apps{of_app(0, "public", "own"),
                              of_app(0, "public", "for-jobs", publisher),
                              of_app(0, "public", "for-eyes", reader),
                              of_app(1, "shop", "for-jobs", reader)};
    const credentials known(apps);
    CHECK(known.find("public", "own") == all_of(0));
    CHECK(known.find("public", "for-jobs") == rest_caller{0, publisher});
    CHECK(known.find("public", "for-eyes") == rest_caller{0, reader});
    CHECK(known.find("shop", "for-jobs") == rest_caller{1, reader});
    CHECK_FALSE(known.find("shop", "for-eyes"));
    CHECK_FALSE(known.find("shop", "own"));
  }

  TEST_CASE("a secret that is there twice has the rights of both") {
    constexpr std::array apps{of_app(0, "public", "s", {true, false, false}),
                              of_app(0, "public", "s", {false, false, true})};
    CHECK(credentials(apps).find("public", "s")
          == rest_caller{0, {true, false, true}});
  }

  TEST_CASE("the last caller is known by what they have shown, and all of it") {
    last_caller last;
    CHECK_FALSE(last.recall("public", "private"));
    last.keep("public", "private", all_of(1));
    CHECK(last.recall("public", "private") == all_of(1));
    for (const auto& [key, secret] :
         std::array<std::pair<std::string_view, std::string_view>, 8>{
           {{"public", "privat"},
            {"public", "private "},
            {"public", "privatf"},
            {"Public", "private"},
            {"publicp", "rivate"},
            {"publi", "cprivate"},
            {"", "publicprivate"},
            {"", ""}}}) {
      CAPTURE(key);
      CAPTURE(secret);
      CHECK_FALSE(last.recall(key, secret));
    }
  }

  TEST_CASE("only the last caller is known, until secrets change") {
    last_caller last;
    last.keep("public", "private", all_of(0));
    last.keep("shop", "s3cret key", all_of(1));
    CHECK_FALSE(last.recall("public", "private"));
    CHECK(last.recall("shop", "s3cret key") == all_of(1));
    last.forget();
    CHECK_FALSE(last.recall("shop", "s3cret key"));
  }

  TEST_CASE("what is longer than usual is not kept") {
    last_caller last;
    const std::string longest(62 - 6, 'x');
    last.keep("public", longest, all_of(0));
    CHECK(last.recall("public", longest) == all_of(0));
    CHECK_FALSE(last.recall("public", longest + "x"));
    last.keep("public", longest + "x", all_of(1));
    CHECK_FALSE(last.recall("public", longest + "x"));
    CHECK(last.recall("public", longest) == all_of(0));
  }
}
