#pragma once

#include "config/ip_address.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

namespace thunderpush {

/// What a proxy says at the begin of a connection: whose it is (HAProxy's PROXY
/// protocol, version 1 in text and 2 in binary).
struct proxy_header {
  std::size_t size = 0; ///< In bytes: behind it the client speaks.
  /// The client's address. None if the proxy does not tell one: it speaks for
  /// itself (LOCAL), or its client is not known or has none.
  std::optional<ip_address> source{};

  bool operator==(const proxy_header&) const = default;
};

/// The bytes are the begin of a header: more are needed.
struct proxy_header_part {
  bool operator==(const proxy_header_part&) const = default;
};

/// No header begins so, whatever follows.
struct proxy_header_error {
  std::string_view why; ///< Static storage; for the log.

  bool operator==(const proxy_header_error&) const = default;
};

using parsed_proxy_header
  = std::variant<proxy_header, proxy_header_part, proxy_header_error>;

/// A header that is longer is refused. What a proxy adds to the addresses
/// (TLVs of version 2) takes some hundred bytes, with a certificate some
/// thousand.
inline constexpr std::size_t longest_proxy_header = 4096;

/// Looks for the header at the begin of what was received; what is behind it
/// does not matter. Addresses are taken, extensions (TLVs) are skipped.
parsed_proxy_header parse_proxy_header(std::string_view bytes) noexcept;

} // namespace thunderpush
