#include "config/ip_address.hpp"

#include "config/value.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>

namespace thunderpush {

namespace {

constexpr std::size_t mapped_prefix_bytes = 12;
constexpr unsigned mapped_prefix_bits = 96;
constexpr std::array<std::uint8_t, mapped_prefix_bytes> mapped_prefix{
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// The bits of byte `at` that the first `bits` of an address cover.
std::uint8_t mask_of(std::size_t at, unsigned bits) noexcept {
  const auto begin = static_cast<unsigned>(at) * 8;
  const auto covered = std::clamp(bits, begin, begin + 8) - begin;
  return static_cast<std::uint8_t>(0xFF00U >> covered);
}

} // namespace

ip_address ip_address::mapped(const std::array<std::uint8_t, 4>& v4) noexcept {
  ip_address made;
  const auto behind
    = std::copy(mapped_prefix.begin(), mapped_prefix.end(), made.bytes.begin());
  std::copy(v4.begin(), v4.end(), behind);
  return made;
}

bool ip_address::is_v4() const noexcept {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
}

std::string ip_address::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* from = bytes.data() + (is_v4() ? mapped_prefix_bytes : 0);
  ::inet_ntop(is_v4() ? AF_INET : AF_INET6, from, text.data(), text.size());
  return text.data();
}

std::optional<ip_address> parse_ip_address(std::string_view text) {
  if (has_control_bytes(text)) // a NUL would end it
    return std::nullopt;
  const std::string terminated{text};
  ip_address found;
  if (::inet_pton(AF_INET6, terminated.c_str(), found.bytes.data()) == 1)
    return found;
  std::array<std::uint8_t, 4> v4{};
  if (::inet_pton(AF_INET, terminated.c_str(), v4.data()) != 1)
    return std::nullopt;
  return ip_address::mapped(v4);
}

bool ip_network::contains(const ip_address& one) const noexcept {
  for (std::size_t i = 0; i < one.bytes.size(); ++i)
    if (((one.bytes[i] ^ first.bytes[i]) & mask_of(i, bits)) != 0)
      return false;
  return true;
}

std::optional<ip_network> parse_ip_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address)
    return std::nullopt;
  ip_network found{*address};
  if (slash != std::string_view::npos) {
    const bool is_v4 = text.find(':') == std::string_view::npos;
    const auto bits = parse_number(text.substr(slash + 1));
    if (!bits || *bits > (is_v4 ? 32U : 128U))
      return std::nullopt;
    found.bits
      = static_cast<std::uint8_t>(*bits + (is_v4 ? mapped_prefix_bits : 0));
  }
  for (std::size_t i = 0; i < found.first.bytes.size(); ++i)
    if ((found.first.bytes[i] & ~mask_of(i, found.bits) & 0xFF) != 0)
      return std::nullopt;
  return found;
}

std::optional<std::vector<ip_network>>
parse_ip_networks(std::string_view text) {
  std::vector<ip_network> all;
  for (const auto word : separated(text)) {
    const auto one = parse_ip_network(word);
    if (!one)
      return std::nullopt;
    all.push_back(*one);
  }
  return all;
}

bool any_contains(std::span<const ip_network> networks,
                  const ip_address& one) noexcept {
  return std::any_of(
    networks.begin(), networks.end(),
    [&one](const ip_network& each) { return each.contains(one); });
}

} // namespace thunderpush
