#pragma once

#include "ctl/failure.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace thunderpush::ctl {

/// Where a listener can be reached.
struct address {
  std::string host; ///< A name or an IP address, without brackets.
  std::uint16_t port = 0;

  /// `HOST:PORT`, as in a URL.
  std::string text() const;

  bool operator==(const address&) const = default;
};

/// Reads `http://HOST:PORT`. `option` is what the value was given to.
result<address> parse_url(std::string_view option, std::string_view url);

/// Where a client reaches a listener that is bound to `host`: who listens on
/// all interfaces listens on loopback.
address reachable(std::string_view host, std::uint16_t port);

/// Percent-encodes all but the unreserved characters (RFC 3986, 2.3).
std::string escape_path_part(std::string_view text);

/// Whether `text` can be the name of a channel: others never exist.
bool is_channel_name(std::string_view text);

} // namespace thunderpush::ctl
