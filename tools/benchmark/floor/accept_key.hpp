#pragma once

#include <string>
#include <string_view>

namespace thunderpush::benchmark {

/// The value of Sec-WebSocket-Accept for a key, RFC 6455 section 4.2.2.
std::string accept_key(std::string_view key);

} // namespace thunderpush::benchmark
