#pragma once

#include <string>

namespace thunderpush::tls {

/// Why OpenSSL's last call on this thread failed, in its own words; empty if it
/// had no reason of its own, as when the peer went away.
std::string last_failure();

} // namespace thunderpush::tls
