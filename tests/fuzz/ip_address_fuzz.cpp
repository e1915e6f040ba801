// Addresses and networks: what was read is spelled in one way, and that is read
// again. The first line of the input is an address, the second one a list of
// networks.

#include "config/ip_address.hpp"
#include "tests/fuzz/target.hpp"

#include <string>
#include <string_view>

namespace {

using namespace thunderpush;
using fuzz::require;

constexpr std::string_view address_characters = "0123456789abcdefABCDEF:.";

void check_address(std::string_view text) {
  const auto address = parse_ip_address(text);
  if (!address)
    return;
  require(text.find_first_not_of(address_characters) == std::string_view::npos);
  require(address->is_v4() == (address->text().find(':') == std::string::npos));
  require(parse_ip_address(address->text()) == address);
  // Each address is in the network that is it alone, and in that of all.
  const auto alone = parse_ip_network(text);
  require(alone && alone->contains(*address) && alone->bits == 128);
  require(ip_network{{}, 0}.contains(*address));
}

void check_network(const ip_network& one) {
  require(one.bits <= 128 && one.contains(one.first));
  auto beyond = one.first;
  if (one.bits < 128) {
    beyond.bytes[15] = static_cast<std::uint8_t>(beyond.bytes[15] ^ 1U);
    require(one.contains(beyond));
  }
  if (one.bits > 0) {
    beyond = one.first;
    const unsigned last = one.bits - 1U;
    auto& byte = beyond.bytes[last / 8];
    byte = static_cast<std::uint8_t>(byte ^ (0x80U >> (last % 8)));
    require(!one.contains(beyond));
  }
  const auto v4 = one.first.is_v4() && one.bits >= 96;
  const auto text
    = one.first.text() + '/' + std::to_string(v4 ? one.bits - 96 : one.bits);
  if (v4 || !one.first.is_v4())
    require(parse_ip_network(text) == one);
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto first = in.line();
  check_address(first);
  const auto list = in.line();
  const auto networks = parse_ip_networks(list);
  if (!networks)
    return;
  const auto address = parse_ip_address(first);
  bool contained = false;
  for (const auto& each : *networks) {
    check_network(each);
    contained = contained || (address && each.contains(*address));
  }
  require(!address || contained == any_contains(*networks, *address));
}

const fuzz::registration made{"ip_address", run};

} // namespace
