#pragma once

#include "config/settings.hpp"
#include "tests/config/scratch_directory.hpp"
#include "transport/tls/context.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string>
#include <variant>

namespace thunderpush {

/// A key with a certificate for it, as PEM. Made anew each time.
class identity_card {
public:
  explicit identity_card(const std::string& name = "localhost",
                         long valid_seconds = 3600)
    : identity_card(name, valid_seconds, nullptr) {}

  /// Signed by another.
  identity_card(const std::string& name, const identity_card& authority)
    : identity_card(name, 3600, &authority) {}

  EVP_PKEY* key() const { return key_.get(); }
  X509* certificate() const { return certificate_.get(); }

  std::string certificate_pem() const {
    return written(
      [this](BIO* to) { return PEM_write_bio_X509(to, certificate_.get()); });
  }

  std::string key_pem() const {
    return written([this](BIO* to) {
      return PEM_write_bio_PrivateKey(to, key_.get(), nullptr, nullptr, 0,
                                      nullptr, nullptr);
    });
  }

  std::string encrypted_key_pem() const {
    return written([this](BIO* to) {
      const unsigned char password[] = {'p', 'w'};
      return PEM_write_bio_PrivateKey(to, key_.get(), EVP_aes_128_cbc(),
                                      password, 2, nullptr, nullptr);
    });
  }

private:
  identity_card(const std::string& name, long valid_seconds,
                const identity_card* authority)
    : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free),
      certificate_(X509_new(), &X509_free) {
    auto* const made = certificate_.get();
    static long serial = 0;
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made), -7200);
    X509_gmtime_adj(X509_getm_notAfter(made), valid_seconds);
    X509_set_pubkey(made, key());
    auto* const subject = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(
      subject, "CN", MBSTRING_UTF8,
      reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made, authority != nullptr ? X509_get_subject_name(
                                 authority->certificate())
                                                    : subject);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> signs{
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "CA:TRUE"),
      &X509_EXTENSION_free};
    X509_add_ext(made, signs.get(), -1);
    REQUIRE(X509_sign(made, authority != nullptr ? authority->key() : key(),
                      EVP_sha256())
            > 0);
  }

  template <class Write>
  static std::string written(Write&& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory{BIO_new(BIO_s_mem()),
                                                           &BIO_free};
    REQUIRE(write(memory.get()) == 1);
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

/// Files that a listener is given, in a directory of their own.
class tls_files {
public:
  tls_files() { shows(identity_card{}); }

  void shows(const identity_card& what) {
    write("cert.pem", what.certificate_pem());
    write("key.pem", what.key_pem());
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{directory_.file(name)} << text;
  }

  std::string path(const std::string& name) const {
    return directory_.file(name);
  }

  tls_settings settings() const {
    return {path("cert.pem"), path("key.pem"), {}};
  }

  /// What is made of them.
  tls::context_ptr context() const { return context(settings()); }

  static tls::context_ptr context(const tls_settings& files) {
    auto read = tls::context::load(files);
    if (const auto* fault = std::get_if<tls_fault>(&read))
      FAIL(fault->why);
    return std::get<tls::context_ptr>(read);
  }

private:
  scratch_directory directory_;
};

} // namespace thunderpush
