#include "tests/load/endpoint.hpp"

#include <arpa/inet.h>

namespace thunderpush::load {

std::optional<std::uint32_t> parse_loopback(std::string_view host) {
  if (host == "localhost")
    return 0x7f000001;
  in_addr parsed{};
  if (::inet_pton(AF_INET, std::string{host}.c_str(), &parsed) != 1)
    return std::nullopt;
  const std::uint32_t address = ntohl(parsed.s_addr);
  if ((address >> 24) != 127)
    return std::nullopt;
  return address;
}

std::string to_string(const endpoint& where) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string((where.address >> shift) & 0xff);
    text += shift > 0 ? '.' : ':';
  }
  return text + std::to_string(where.port);
}

std::uint32_t source_address(std::uint64_t n) {
  constexpr std::uint32_t first = 0x7f000101; // 127.0.1.1
  return first + static_cast<std::uint32_t>(n % source_addresses);
}

} // namespace thunderpush::load
