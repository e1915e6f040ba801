#include "tests/transport/tls_files.hpp"
#include "transport/tls/context.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <sys/stat.h>

using namespace thunderpush;

namespace {

constexpr auto no_certificate
  = " holds no certificate in PEM, which begins with "
    "-----BEGIN CERTIFICATE-----";

struct context_fixture : tls_files {
  tls_settings chosen = settings();

  // `option: why`, or nothing.
  std::string fault() const {
    const auto found = tls::fault_of(chosen);
    return found ? std::string{found->option} + ": " + found->why : "";
  }
};

} // namespace

TEST_SUITE("TLS context") {
  TEST_CASE_FIXTURE(context_fixture, "a certificate and its key can be used") {
    CHECK(fault() == "");
    chosen.client_ca = path("cert.pem");
    CHECK(fault() == "");
  }

  TEST_CASE_FIXTURE(context_fixture, "it tells until when it is valid") {
    using namespace std::chrono;
    shows(identity_card{"localhost", 86'400});
    const auto in_a_day = system_clock::now() + hours{24};
    CHECK(abs(context()->expiry() - in_a_day) < minutes{10});
    shows(identity_card{"localhost", -60});
    CHECK(context()->expiry() < system_clock::now());
  }

  TEST_CASE_FIXTURE(context_fixture, "a file may be missing") {
    chosen.certificate = path("none");
    CHECK(fault()
          == "tls_certificate: cannot read " + path("none")
               + ": No such file or directory");
    chosen = settings();
    chosen.key = path("none");
    CHECK(fault()
          == "tls_key: cannot read " + path("none")
               + ": No such file or directory");
    chosen = settings();
    chosen.client_ca = path("none");
    CHECK(fault()
          == "tls_client_ca: cannot read " + path("none")
               + ": No such file or directory");
  }

  TEST_CASE_FIXTURE(context_fixture, "a file may be none") {
    chosen.certificate = path("");
    CHECK(fault()
          == "tls_certificate: cannot read " + path("") + ": it is not a file");
    REQUIRE(::mkfifo(path("pipe").c_str(), 0600) == 0);
    chosen = settings();
    chosen.key = path("pipe");
    CHECK(fault()
          == "tls_key: cannot read " + path("pipe") + ": it is not a file");
  }

  TEST_CASE_FIXTURE(context_fixture, "a file may hold something else") {
    for (const auto& text :
         {std::string{}, std::string{"no PEM\n"}, std::string(100, '\0'),
          identity_card{}.key_pem()}) {
      write("other", text);
      chosen = settings();
      chosen.certificate = path("other");
      CHECK(fault() == "tls_certificate: " + path("other") + no_certificate);
      chosen = settings();
      chosen.client_ca = path("other");
      CHECK(fault() == "tls_client_ca: " + path("other") + no_certificate);
    }
    for (const auto& text :
         {std::string{}, std::string{"no PEM\n"}, std::string(100, '\0'),
          identity_card{}.certificate_pem()}) {
      write("other", text);
      chosen = settings();
      chosen.key = path("other");
      CHECK(fault()
            == "tls_key: " + path("other")
                 + " holds no private key in PEM, which begins with "
                   "-----BEGIN PRIVATE KEY-----");
    }
  }

  TEST_CASE_FIXTURE(context_fixture, "PEM may hold garbage") {
    write("cert.pem",
          "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    CHECK(fault().starts_with("tls_certificate: " + path("cert.pem")
                              + " cannot be used as a certificate: "));
    shows(identity_card{});
    write("key.pem",
          "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    CHECK(fault().starts_with("tls_key: " + path("key.pem")));
  }

  TEST_CASE_FIXTURE(context_fixture, "a key may be that of another") {
    write("key.pem", identity_card{}.key_pem());
    CHECK(fault()
          == "tls_key: " + path("key.pem")
               + " is not the key of the certificate in " + path("cert.pem"));
  }

  TEST_CASE_FIXTURE(context_fixture, "a key may be encrypted") {
    const identity_card card;
    write("cert.pem", card.certificate_pem());
    write("key.pem", card.encrypted_key_pem());
    CHECK(fault()
          == "tls_key: " + path("key.pem")
               + " is encrypted, and nobody is there to type its "
                 "password; decrypt it with: openssl pkey -in FILE "
                 "-out FILE");
  }

  TEST_CASE_FIXTURE(context_fixture, "a path may hold what nobody prints") {
    chosen.certificate = path("a\nb");
    CHECK(fault().find("a\\x0Ab") != std::string::npos);
  }
}
