#pragma once

#include <string>

namespace thunderpush::tls {

/// Why OpenSSL's last call on this thread failed, in its own words: the first
/// reason, on which others may have followed. Empty if it had none, as when the
/// peer went away.
std::string last_failure();

} // namespace thunderpush::tls
