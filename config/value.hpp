#pragma once

#include "config/log_level.hpp"
#include "config/sockjs_transport.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// The texts that options accept. A parser takes the whole text and nothing
/// less, and returns nothing for anything else.

/// Decimal digits only: no sign, no blanks.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// on, true, yes, 1; off, false, no, 0. In any case.
std::optional<bool> parse_switch(std::string_view text);

/// `500ms`, `25s`, `2m`, `1h`; a plain number is seconds.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// `512B`, `64KiB`, `1MiB`, `1GiB`, units in any case; a plain number is
/// bytes.
std::optional<std::size_t> parse_size(std::string_view text);

std::optional<log_level> parse_log_level(std::string_view text);

/// The words of a list that has commas, blanks or tabs between them.
std::vector<std::string_view> separated(std::string_view text);

/// `all`, or names of SockJS transports, separated by commas or blanks; at
/// least one.
std::optional<sockjs_transports> parse_transports(std::string_view text);

/// Where a page can get a script from: a path that begins with one slash, or a
/// URL of http or https, without anything that could end an attribute of HTML.
bool is_script_address(std::string_view text);

/// A host name, an IPv4 or a bare IPv6 address; empty means all interfaces.
/// Tells an address from a mistake such as `HOST:PORT`; does not resolve.
bool is_bindable_host(std::string_view text);

/// Whether only this machine reaches a listener there: an address of
/// 127.0.0.0/8, `::1` or `localhost`. Does not resolve other names.
bool is_loopback_host(std::string_view text);

/// 16 to 256 visible characters of ASCII: what a header carries as it stands,
/// and too long to be guessed.
bool is_admin_token(std::string_view text);

struct host_and_port {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const host_and_port&) const = default;
};

/// `HOST:PORT`, `[IPV6]:PORT` or `:PORT`.
std::optional<host_and_port> parse_host_and_port(std::string_view text);

/// The shortest text that the parser of the same kind reads back.
std::string format_duration(std::chrono::milliseconds value);
std::string format_size(std::size_t bytes);

/// What the names of channels may begin with; nothing at all is fine, too.
bool is_channel_prefix(std::string_view text);

/// An absolute path, or one in the abstract namespace (`@NAME`), that fits into
/// a socket's address.
bool is_unix_path(std::string_view text);

/// Permissions of a file in octal, up to 0777.
std::optional<unsigned> parse_permissions(std::string_view text);

/// Without the blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// Whether the text has a byte below 0x20 or 0x7F: no line of a file, no
/// header and no log line can carry it.
bool has_control_bytes(std::string_view text);

} // namespace thunderpush
