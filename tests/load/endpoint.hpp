#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// Where the server listens. Always an IPv4 loopback address: this program
/// makes load no other machine should ever see.
struct endpoint {
  /// In host byte order.
  std::uint32_t address = 0x7f000001;
  std::uint16_t port = 0;
};

/// Reads an address of 127.0.0.0/8, or `localhost`.
/// @returns the address in host byte order, nothing for any other host.
std::optional<std::uint32_t> parse_loopback(std::string_view host);

/// Writes the endpoint as a Host header has it: `127.0.0.1:8080`.
std::string to_string(const endpoint& where);

/// How many source addresses connections are spread over. Each has its own
/// range of ephemeral ports, so neither a large population nor the TIME_WAIT
/// remains of a churning one runs out of them.
inline constexpr std::uint32_t source_addresses = 32;

/// The most connections one source address carries.
inline constexpr std::uint32_t connections_per_source = 10'000;

/// The source address of the n-th connection, in host byte order.
std::uint32_t source_address(std::uint64_t n);

} // namespace thunderpush::load
