#pragma once

#include "tests/transport/peer.hpp"
#include "tests/transport/tls_files.hpp"

#include <array>
#include <memory>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string>
#include <string_view>

namespace thunderpush {

/// The TLS of a peer: OpenSSL's own client, over memory, so that a test decides
/// which bytes travel when. Never waits.
class tls_client {
public:
  struct options {
    int version = 0; ///< TLS1_2_VERSION or later; 0: the newest.
    std::string protocols = std::string{"\x08http/1.1"}; ///< ALPN; empty: none.
    const identity_card* shows = nullptr;                ///< If it is asked to.
  };

  explicit tls_client(peer& over) : tls_client(over, options{}) {}

  tls_client(peer& over, const options& chosen)
    : over_(&over),
      context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
      native_(nullptr, &SSL_free) {
    if (chosen.version != 0) {
      SSL_CTX_set_security_level(context_.get(), 0);
      SSL_CTX_set_min_proto_version(context_.get(), chosen.version);
      SSL_CTX_set_max_proto_version(context_.get(), chosen.version);
    }
    if (chosen.shows != nullptr) {
      SSL_CTX_use_certificate(context_.get(), chosen.shows->certificate());
      SSL_CTX_use_PrivateKey(context_.get(), chosen.shows->key());
    }
    native_.reset(SSL_new(context_.get()));
    SSL_set_alpn_protos(
      native_.get(),
      reinterpret_cast<const unsigned char*>(chosen.protocols.data()),
      static_cast<unsigned>(chosen.protocols.size()));
    SSL_set_bio(native_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(native_.get());
  }

  // What it does. The records wait until `step`, or until they are taken.

  void sends(std::string_view bytes) { outgoing_.append(bytes); }

  /// Sends nothing more (close_notify), and reads on.
  void finishes() { SSL_shutdown(native_.get()); }

  void changes_keys() {
    SSL_key_update(native_.get(), SSL_KEY_UPDATE_REQUESTED);
  }

  /// The records that wait, in place of their being sent.
  std::string take_records() {
    turn();
    return taken_from(SSL_get_wbio(native_.get()));
  }

  /// Moves what can be moved. False if nothing could be.
  bool step() {
    const bool moved = over_->step();
    const auto came = over_->take_received();
    if (!came.empty())
      BIO_write(SSL_get_rbio(native_.get()), came.data(),
                static_cast<int>(came.size()));
    const auto records = take_records();
    if (!records.empty())
      over_->sends(records);
    return moved || !came.empty() || !records.empty();
  }

  // What it has seen.

  bool is_secure() const { return SSL_is_init_finished(native_.get()) == 1; }

  const std::string& received() const noexcept { return received_; }

  /// Whether the server has said that nothing more comes (close_notify).
  bool told_of_end() const {
    return (SSL_get_shutdown(native_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  /// What it does not go on for; empty as long as it does.
  const std::string& failure() const noexcept { return failure_; }

  SSL* native() const { return native_.get(); }

  /// Of the certificate that it was shown.
  long serial() const {
    const std::unique_ptr<X509, decltype(&X509_free)> shown{
      SSL_get1_peer_certificate(native_.get()), &X509_free};
    REQUIRE(shown);
    return ASN1_INTEGER_get(X509_get0_serialNumber(shown.get()));
  }

private:
  void turn() {
    ERR_clear_error();
    if (!is_secure())
      note(SSL_do_handshake(native_.get()));
    if (!is_secure())
      return;
    while (!outgoing_.empty()) {
      const auto size = std::min<std::size_t>(outgoing_.size(), 1 << 20);
      const auto wrote
        = SSL_write(native_.get(), outgoing_.data(), static_cast<int>(size));
      if (wrote <= 0) {
        note(wrote);
        break;
      }
      outgoing_.erase(0, static_cast<std::size_t>(wrote));
    }
    std::array<char, 16'384> part{};
    int got = 0;
    while ((got = SSL_read(native_.get(), part.data(), part.size())) > 0)
      received_.append(part.data(), static_cast<std::size_t>(got));
    note(got);
  }

  void note(int result) {
    if (result > 0 || SSL_get_error(native_.get(), result) != SSL_ERROR_SSL)
      return;
    const auto code = ERR_peek_last_error();
    failure_ = ERR_reason_error_string(code);
  }

  static std::string taken_from(BIO* memory) {
    std::string bytes(BIO_ctrl_pending(memory), '\0');
    if (!bytes.empty())
      BIO_read(memory, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
  }

  peer* over_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> native_;
  std::string outgoing_;
  std::string received_;
  std::string failure_;
};

} // namespace thunderpush
