#pragma once

#include "config/tls_fault.hpp"

#include <chrono>
#include <memory>
#include <openssl/types.h>
#include <optional>
#include <variant>

namespace thunderpush::tls {

class context;

/// Shared by all homes, and never changed: a new certificate is a new context.
using context_ptr = std::shared_ptr<const context>;

/// What a listener shows its clients over TLS, and asks of them: TLS 1.2 and
/// later, HTTP/1.1 by ALPN (RFC 7301), no renegotiation, no compression. What
/// was agreed on may be resumed by tickets, as long as the context lives. Any
/// thread.
class context {
public:
  /// Reads the files. With `client_ca`, clients must show a certificate that
  /// one of these authorities has signed.
  static std::variant<context_ptr, tls_fault> load(const tls_settings& files);

  ~context();
  context(const context&) = delete;
  context& operator=(const context&) = delete;

  /// Until when the certificate is valid.
  std::chrono::sys_seconds expiry() const;

  /// OpenSSL's own, to make connections of.
  SSL_CTX* native() const noexcept { return native_; }

private:
  context();

  std::optional<tls_fault> use(const tls_settings& files);

  SSL_CTX* const native_;
};

/// Why files cannot be used, as the configuration asks for it.
std::optional<tls_fault> fault_of(const tls_settings& files);

} // namespace thunderpush::tls
