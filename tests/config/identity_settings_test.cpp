#include "tests/config/world.hpp"

#include <doctest/doctest.h>

#include <string>

namespace thunderpush {

namespace {

constexpr auto shared_secret = "0123456789abcdef0123456789abcdef";
constexpr auto public_key = "-----BEGIN PUBLIC KEY-----\nabc\n"
                            "-----END PUBLIC KEY-----\n";

world with_lines(const std::string& more) {
  return with_file(std::string{minimal} + more);
}

} // namespace

TEST_SUITE("identity settings") {
  TEST_CASE("an app that asks for tokens needs a key") {
    CHECK(refused(with_lines("auth = token\n"))
            .starts_with("f.conf:4: app main asks for tokens and has nothing "
                         "to verify them with; set token_key or "
                         "token_key_file of [app.main]\n"));
  }

  TEST_CASE("a key of HS256 is at least as long as its digest") {
    CHECK(
      refused(with_lines("token_key = short\n"))
        .starts_with("f.conf:4: token_key of HS256 needs 32 bytes or more"));
    const auto read = accepted(with_lines(
      std::string{"auth = token\ntoken_key = "} + shared_secret + "\n"));
    CHECK(read.values.apps[0].token.key == shared_secret);
    CHECK(read.values.apps[0].auth == identity_proof::token);
  }

  TEST_CASE("a public key is nothing that HS256 could be signed with") {
    auto given = with_lines("token_key_file = key.pem\n");
    given.files["key.pem"] = public_key;
    CHECK(contains(refused(given), "f.conf:4: token_key is a public key, which "
                                   "everybody may know"));
  }

  TEST_CASE("RS256 and ES256 need a public key") {
    for (const std::string algorithm : {"RS256", "ES256"}) {
      auto given = with_lines("token_algorithm = " + algorithm
                              + "\ntoken_key_file = key\n");
      given.files["key"] = shared_secret;
      CHECK(contains(refused(given),
                     "f.conf:5: token_key of RS256 and ES256 is "
                     "a public key in PEM"));
      given.files["key"] = public_key;
      CHECK(accepted(given).values.apps[0].token.key.starts_with("-----BEGIN"));
    }
  }

  TEST_CASE("a previous key is held to the same") {
    CHECK(contains(refused(with_lines("previous_token_key = short\n")),
                   "f.conf:4: previous_token_key of HS256 needs 32 bytes"));
  }

  TEST_CASE("an empty key file is refused") {
    auto given = with_lines("token_key_file = key\n");
    given.files["key"] = " \n";
    CHECK(contains(refused(given), "f.conf:4: token_key_file: key is empty"));
  }

  TEST_CASE("where other machines connect, an open app is warned of") {
    auto given = with_lines("[server]\nhost = 0.0.0.0\n");
    const auto read = accepted(given);
    REQUIRE(read.warnings.size() == 1);
    CHECK(read.warnings[0]
          == "default: clients of app main may connect as any user, and other "
             "machines reach this server; set auth = token unless that is "
             "meant");
  }

  TEST_CASE("a further listener counts, a Unix socket does not") {
    CHECK(
      accepted(with_lines("[listener.x]\nlisten = 0.0.0.0:1\n")).warnings.size()
      == 1);
    CHECK(accepted(with_lines("[listener.x]\nlisten = unix:/run/x\n"))
            .warnings.empty());
  }

  TEST_CASE("a further secret names its app and its rights") {
    const auto read = accepted(with_lines(
      "[secret.r]\napp = main\nsecret = s\nrights = read publish\n"));
    CHECK(read.values.secrets[0]
          == secret_settings{"r", "main", "s", {true, true, false}});
    CHECK(contains(refused(with_lines("[secret.r]\n")),
                   "f.conf:4: [secret.r] has no app; set it\n"
                   "f.conf:4: [secret.r] has no rights; set it\n"
                   "f.conf:4: [secret.r] has no secret; set secret or "
                   "secret_file of [secret.r]\n"));
    CHECK(contains(refused(with_lines(
                     "[secret.r]\napp = mian\nsecret = s\nrights = read\n")),
                   "f.conf:5: there is no app \"mian\"; did you mean main?"));
    CHECK(contains(refused(with_lines(
                     "[secret.r]\napp = main\nsecret = s\nrights = write\n")),
                   "f.conf:7: rights cannot be \"write\""));
  }

  TEST_CASE("a namespace is refused twice with one prefix") {
    CHECK(contains(
      refused(
        with_lines("[namespace.a]\nprefix = x\n[namespace.b]\nprefix = x\n")),
      "f.conf:7: namespace b has the same prefix as namespace a (f.conf:5)"));
  }

  TEST_CASE("namespaces without a prefix are not taken for equal ones") {
    for (const std::string given : {"prefix =", "prefix = \x01"}) {
      const auto why
        = refused(with_lines("[namespace.a]\n[namespace.b]\n" + given + "\n"));
      CHECK(contains(why, "f.conf:4: [namespace.a] has no prefix; set it"));
      CHECK_FALSE(contains(why, "same prefix"));
    }
    CHECK(contains(
      refused(with_lines("[namespace.a]\nprefix =\n[namespace.b]\nprefix =\n")),
      "f.conf:7: namespace b has the same prefix as namespace a (f.conf:5)"));
    CHECK(accepted(with_lines("[namespace.a]\nprefix = x\n"
                              "[namespace.b]\nprefix = x\napp = main\n"))
            .values.namespaces.size()
          == 2);
    CHECK(contains(refused(with_lines("[namespace.a]\n")),
                   "f.conf:4: [namespace.a] has no prefix; set it"));
  }

  TEST_CASE("a certificate and its key belong together") {
    CHECK(contains(refused(with_lines("[server]\ntls_certificate = c\n")),
                   "f.conf:5: tls_certificate and tls_key of [server] belong "
                   "together; set both or none"));
    CHECK(
      contains(refused(with_lines("[listener.x]\nlisten = :1\ntls_key = k\n")),
               "f.conf:6: tls_certificate and tls_key of [listener.x]"));
    CHECK(contains(refused(with_lines("[admin]\ntls_client_ca = c\n")),
                   "f.conf:5: tls_client_ca needs tls_certificate"));
  }

  TEST_CASE("files of TLS are looked at where they are named") {
    auto given = with_lines(
      "[server]\ntls_certificate = c\ntls_key = k\n"
      "[admin]\ntls_certificate = d\ntls_key = l\ntls_client_ca = a\n"
      "[listener.x]\nlisten = :1\ntls_certificate = e\ntls_key = m\n");
    std::string seen;
    given.check_tls = [&seen](const tls_settings& files) {
      seen += files.certificate + files.key + files.client_ca + ' ';
      return std::optional<tls_fault>{};
    };
    accepted(given);
    CHECK(seen == "ck dla em ");
    given.check_tls = [](const tls_settings& files) {
      return files.certificate == "d"
               ? std::optional{tls_fault{"tls_client_ca", "a is no good"}}
             : files.certificate == "e"
               ? std::optional{tls_fault{"tls_key", "m is no good"}}
               : std::nullopt;
    };
    const auto report = refused(given);
    CHECK(contains(report, "f.conf:10: tls_client_ca: a is no good\n"));
    CHECK(contains(report, "f.conf:14: tls_key: m is no good\n"));
    CHECK(contains(report, "2 mistakes"));
  }

  TEST_CASE("without TLS no file of it is looked at") {
    auto given = with_lines("");
    given.check_tls = [](const tls_settings&) {
      return std::optional{tls_fault{"tls_key", "nobody asked"}};
    };
    accepted(given);
  }

  TEST_CASE("operators who show a certificate need no token") {
    const auto read = accepted(
      with_lines("[admin]\nlisten = :1\ntls_certificate = c\ntls_key = k\n"
                 "tls_client_ca = a\n"));
    CHECK(read.warnings.empty());
  }
}

} // namespace thunderpush
