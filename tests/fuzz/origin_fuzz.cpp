// Which pages may connect. The first line of the input is the `Origin` of a
// page, the second one what the configuration permits.

#include "config/origin.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace thunderpush;
using fuzz::require;

void check_origin(std::string_view text) {
  const auto origin = parse_origin(text);
  if (!origin)
    return;
  // One spelling each, and nothing that could mean more than an origin.
  require(parse_origin(*origin) == origin);
  require(origin->find_first_of("@?# \t\r\n\\,") == std::string::npos);
  if (*origin == "null")
    return;
  const auto host = origin->find("://") + 3;
  require(host > 3 && origin->find('/', host) == std::string::npos);
  require(std::none_of(origin->begin(), origin->end(),
                       [](char c) { return c >= 'A' && c <= 'Z'; }));
  // A longer host is another one.
  const origin_list only{false, {*origin}};
  require(only.permits(text) && only.permits(*origin));
  require(!only.permits(*origin + "x") && !only.permits(*origin + ".evil"));
  require(
    !only.permits(origin->substr(0, host) + "evil-" + origin->substr(host)));
  require(!only.permits("null"));
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto origin = in.line();
  const auto list = in.line();
  check_origin(origin);
  const auto permitted = parse_origins(list);
  if (!permitted)
    return;
  require(permitted->permits(""));
  require(permitted->all == (list == "*"));
  if (permitted->all)
    return;
  require(!permitted->these.empty());
  std::string again;
  for (const auto& each : permitted->these) {
    require(permitted->permits(each));
    again += each + ", ";
  }
  require(parse_origins(again) == permitted);
  const auto known = parse_origin(origin);
  const auto named
    = known
      && std::find(permitted->these.begin(), permitted->these.end(), *known)
           != permitted->these.end();
  require(permitted->permits(origin) == (named || origin.empty()));
}

const fuzz::registration made{"origin", run};

} // namespace
