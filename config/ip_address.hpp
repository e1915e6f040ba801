#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// An IPv6 address, or an IPv4 address in its mapped form `::ffff:a.b.c.d`
/// (RFC 4291, 2.5.5.2), so that a client is the same on either kind of socket.
struct ip_address {
  std::array<std::uint8_t, 16> bytes{}; ///< In network order.

  bool operator==(const ip_address&) const = default;

  /// That of IPv4 with these bytes.
  static ip_address mapped(const std::array<std::uint8_t, 4>& v4) noexcept;

  bool is_v4() const noexcept;

  /// `192.0.2.1` or `2001:db8::1`.
  std::string text() const;
};

/// Reads a dotted IPv4 or a bare IPv6 address; nothing for anything else.
std::optional<ip_address> parse_ip_address(std::string_view text);

/// An address and how many of its first bits count.
struct ip_network {
  ip_address first{};
  std::uint8_t bits = 128; ///< Of the 128, also for IPv4.

  bool operator==(const ip_network&) const = default;

  bool contains(const ip_address& one) const noexcept;
};

/// Reads `10.0.0.0/8`, `2001:db8::/32` or a single address. Bits behind the
/// prefix must be zero.
std::optional<ip_network> parse_ip_network(std::string_view text);

/// Reads networks with commas or blanks between them; nothing if one of them is
/// none. An empty text has none.
std::optional<std::vector<ip_network>> parse_ip_networks(std::string_view text);

bool any_contains(std::span<const ip_network> networks,
                  const ip_address& one) noexcept;

} // namespace thunderpush
