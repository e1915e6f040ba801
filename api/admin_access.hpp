#pragma once

#include "actors/http.hpp"
#include "api/admin_answers.hpp"
#include "api/credentials.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// Who may use the admin endpoint. With a token: who shows it (RFC 6750, 2.1).
/// Without: who reaches the listener, unless a browser was made to ask by
/// another site's page, be it by a name that was rebound to this machine, be it
/// with a request that browsers send across origins unasked.
class admin_access {
public:
  /// `token`: empty if there is none. `host`: what the listener is bound to.
  admin_access(std::string_view token, std::string_view host);

  /// Why the request is refused; nothing if it is not. `is_reading`: it changes
  /// nothing.
  std::optional<admin_error> refusal(const http_request& request,
                                     bool is_reading) const;

private:
  bool is_own_name(std::string_view authority) const;

  std::optional<credentials> token_;
  std::string host_; // as in the authority of a URL
};

} // namespace thunderpush
