#include "transport/tls/failure.hpp"

#include <cerrno>
#include <openssl/err.h>
#include <system_error>

namespace thunderpush::tls {

std::string last_failure() {
  const auto code = ERR_peek_error();
  if (code == 0)
    return {};
  if (ERR_SYSTEM_ERROR(code))
    return std::generic_category().message(ERR_GET_REASON(code));
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

} // namespace thunderpush::tls
