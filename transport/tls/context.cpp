#include "transport/tls/context.hpp"

#include "config/loggable.hpp"
#include "transport/tls/failure.hpp"

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <new>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pemerr.h>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace thunderpush::tls {

namespace {

// In the form that ALPN has it: its length goes before the name.
constexpr std::string_view http_1_1{"\x08http/1.1"};

// A client that names protocols and not this one would speak one that nobody
// here understands. Who names none is not asked (RFC 7301, 3.2).
int select_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size,
                    void*) {
  unsigned char* found = nullptr;
  const auto agreed = SSL_select_next_proto(
    &found, size, reinterpret_cast<const unsigned char*>(http_1_1.data()),
    http_1_1.size(), offered, offered_size);
  *chosen = found;
  return agreed == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK
                                          : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Nobody is there to be asked for the password of a key: that it was asked for
// is noted.
int ask_for_password(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

// What the system says about a file that nothing can be read from.
std::optional<std::string> unreadable(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return "cannot read " + one_line(path) + ": "
           + std::generic_category().message(errno);
  struct stat found {};
  const bool regular = ::fstat(file, &found) == 0 && S_ISREG(found.st_mode);
  ::close(file);
  if (!regular)
    return "cannot read " + one_line(path) + ": it is not a file";
  return std::nullopt;
}

bool is_failure(int library, int reason) {
  const auto code = ERR_peek_error();
  return ERR_GET_LIB(code) == library && ERR_GET_REASON(code) == reason;
}

bool no_pem() {
  return is_failure(ERR_LIB_PEM, PEM_R_NO_START_LINE);
}

std::optional<tls_fault> use_certificate(SSL_CTX* in, const std::string& path) {
  const auto fault = [](std::string why) {
    return tls_fault{"tls_certificate", std::move(why)};
  };
  if (auto why = unreadable(path))
    return fault(std::move(*why));
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(in, path.c_str()) == 1)
    return std::nullopt;
  return fault(no_pem() ? one_line(path)
                            + " holds no certificate in PEM, which begins with "
                              "-----BEGIN CERTIFICATE-----"
                        : one_line(path) + " cannot be used as a certificate: "
                            + last_failure());
}

std::optional<tls_fault> use_key(SSL_CTX* in, const tls_settings& files) {
  const auto fault = [](std::string why) {
    return tls_fault{"tls_key", std::move(why)};
  };
  if (auto why = unreadable(files.key))
    return fault(std::move(*why));
  bool asked = false;
  SSL_CTX_set_default_passwd_cb(in, &ask_for_password);
  SSL_CTX_set_default_passwd_cb_userdata(in, &asked);
  ERR_clear_error();
  const auto used
    = SSL_CTX_use_PrivateKey_file(in, files.key.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_set_default_passwd_cb_userdata(in, nullptr);
  SSL_CTX_set_default_passwd_cb(in, nullptr);
  if (asked) {
    return fault(one_line(files.key)
                 + " is encrypted, and nobody is there to type its password; "
                   "decrypt it with: openssl pkey -in FILE -out FILE");
  }
  if (used != 1 && is_failure(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH)) {
    return fault(one_line(files.key) + " is not the key of the certificate in "
                 + one_line(files.certificate));
  }
  if (used != 1) {
    return fault(no_pem() || is_failure(ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED)
                   ? one_line(files.key)
                       + " holds no private key in PEM, which begins with "
                         "-----BEGIN PRIVATE KEY-----"
                   : one_line(files.key)
                       + " cannot be used as a key: " + last_failure());
  }
  if (SSL_CTX_check_private_key(in) != 1) {
    return fault(one_line(files.key) + " is not the key of the certificate in "
                 + one_line(files.certificate));
  }
  return std::nullopt;
}

std::optional<tls_fault> ask_clients(SSL_CTX* in, const std::string& path) {
  const auto fault = [](std::string why) {
    return tls_fault{"tls_client_ca", std::move(why)};
  };
  if (auto why = unreadable(path))
    return fault(std::move(*why));
  ERR_clear_error();
  auto* const names = SSL_load_client_CA_file(path.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(in, path.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return fault(one_line(path)
                 + " holds no certificate in PEM, which begins with "
                   "-----BEGIN CERTIFICATE-----");
  }
  SSL_CTX_set_client_CA_list(in, names);
  SSL_CTX_set_verify(in, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     nullptr);
  return std::nullopt;
}

} // namespace

context::context() : native_(SSL_CTX_new(TLS_server_method())) {
  if (native_ == nullptr)
    throw std::bad_alloc{};
  SSL_CTX_set_min_proto_version(native_, TLS1_2_VERSION);
  SSL_CTX_set_options(native_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                                 | SSL_OP_CIPHER_SERVER_PREFERENCE
                                 | SSL_OP_PRIORITIZE_CHACHA);
  // A connection that is idle holds no buffers; one that is not reads what
  // there is with one system call.
  SSL_CTX_set_mode(native_, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(native_, 1);
  // Sessions are resumed by tickets, which clients keep.
  SSL_CTX_set_session_cache_mode(native_, SSL_SESS_CACHE_OFF);
  constexpr std::string_view name{"thunderpush"};
  SSL_CTX_set_session_id_context(
    native_, reinterpret_cast<const unsigned char*>(name.data()), name.size());
  SSL_CTX_set_num_tickets(native_, 1);
  SSL_CTX_set_alpn_select_cb(native_, &select_protocol, nullptr);
}

context::~context() {
  SSL_CTX_free(native_);
}

std::variant<context_ptr, tls_fault> context::load(const tls_settings& files) {
  const std::shared_ptr<context> made{new context};
  if (auto fault = made->use(files))
    return std::move(*fault);
  return context_ptr{made};
}

std::optional<tls_fault> context::use(const tls_settings& files) {
  if (auto fault = use_certificate(native_, files.certificate))
    return fault;
  if (auto fault = use_key(native_, files))
    return fault;
  if (!files.client_ca.empty())
    return ask_clients(native_, files.client_ca);
  return std::nullopt;
}

std::chrono::sys_seconds context::expiry() const {
  const auto* const certificate = SSL_CTX_get0_certificate(native_);
  std::tm when{};
  if (certificate == nullptr
      || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) != 1)
    return {};
  return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&when)}};
}

std::optional<tls_fault> fault_of(const tls_settings& files) {
  auto made = context::load(files);
  if (auto* fault = std::get_if<tls_fault>(&made))
    return std::move(*fault);
  return std::nullopt;
}

} // namespace thunderpush::tls
