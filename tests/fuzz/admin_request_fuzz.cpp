// Who asks the admin endpoint, and for what. The lines of the input are method,
// path, `Host`, `Origin` and `Authorization`.

#include "api/admin_access.hpp"
#include "api/admin_route.hpp"
#include "encoding/ascii.hpp"
#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"

#include <array>
#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace thunderpush;
using fuzz::require;

constexpr std::string_view token = "a-token-of-the-test";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

void check_route(std::string_view method, std::string_view path) {
  const auto found = parse_admin_route(method, path);
  if (const auto* error = std::get_if<admin_route_error>(&found)) {
    require(error->known_path == !error->allowed.empty());
    return;
  }
  const auto& call = std::get<admin_call>(found);
  require(is_reading(call.operation) == (method == "GET"));
  require(is_valid_utf8(call.name)
          && call.name.find('\0') == std::string::npos);
  require(call.id == 0 || call.name.empty());
  if (call.id == 0 && call.name.empty())
    return;
  // The same place, spelled in another way.
  const auto slash = path.find('/', 1);
  const auto again = std::string{path.substr(0, slash + 1)}
                     + (call.name.empty() ? std::to_string(call.id)
                                          : fuzz::percent_escaped(call.name));
  const auto same = parse_admin_route(method, again);
  const auto* other = std::get_if<admin_call>(&same);
  require(other != nullptr && other->operation == call.operation
          && other->id == call.id && other->name == call.name);
}

void check_access(const http_request& request) {
  static const admin_access with_token{token, "0.0.0.0"};
  static const admin_access on_loopback{"", "127.0.0.1"};
  const auto shown = request.field("Authorization");
  const auto shows_token = equals_ignoring_case(shown.substr(0, 7), "bearer ")
                           && trimmed(shown.substr(7)) == token;
  for (const bool reading : {true, false})
    require(!with_token.refusal(request, reading) == shows_token);

  const auto host = request.field("Host");
  const auto may_read = !on_loopback.refusal(request, true);
  const auto may_write = !on_loopback.refusal(request, false);
  require(may_read || !may_write);
  if (may_read) {
    require(host.starts_with("127.") || host.starts_with("[::1]")
            || equals_ignoring_case(host.substr(0, 9), "localhost"));
  }
  const auto origin = request.field("Origin");
  if (may_write && !origin.empty())
    require(origin.size() > host.size()
            && equals_ignoring_case(origin.substr(origin.size() - host.size()),
                                    host));
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto method = in.line();
  const auto path = in.line();
  check_route(method, path);
  check_route("DELETE", "/users/" + std::string{path});
  const std::array<http_field, 3> fields{
    {{"Host", in.line()}, {"Origin", in.line()}, {"Authorization", in.line()}}};
  http_request request;
  request.fields = fields;
  check_access(request);
}

const fuzz::registration made{"admin_request", run};

} // namespace
