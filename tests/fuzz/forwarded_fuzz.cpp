// Whose request it is, as proxies say. The first line of the input is the peer,
// the second one lists the trusted proxies, each other one is a field
// X-Forwarded-For.

#include "config/ip_address.hpp"
#include "tests/fuzz/target.hpp"
#include "transport/http/forwarded.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace thunderpush;
using fuzz::require;

constexpr std::string_view name = "X-Forwarded-For";

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto peer = parse_ip_address(in.line());
  const auto trusted
    = parse_ip_networks(in.line()).value_or(std::vector<ip_network>{});
  std::vector<http_field> fields;
  std::string together;
  while (!in.rest().empty()) {
    const auto line = in.line();
    together += fields.empty() ? "" : ",";
    together += line;
    fields.push_back({name, line});
  }
  const auto client = original_client(peer, fields, trusted);
  const bool is_trusted_peer = !peer || any_contains(trusted, *peer);
  require(is_trusted_peer || client == peer);
  require(original_client(peer, {}, trusted) == peer);

  // Several fields are one list (RFC 9110, 5.3).
  if (!fields.empty()) {
    const http_field one{"x-forwarded-FOR", together};
    require(original_client(peer, {&one, 1}, trusted) == client);
  }
  // Once there is one whom nobody trusts, nothing that stands before counts.
  if (client && !any_contains(trusted, *client)) {
    for (const auto* lie : {"192.0.2.66", "10.0.0.1, ::1", "unknown", ","}) {
      auto more = fields;
      more.insert(more.begin(), {name, lie});
      const auto found = original_client(peer, more, trusted);
      require(found == client);
    }
  }
}

const fuzz::registration made{"forwarded", run};

} // namespace
