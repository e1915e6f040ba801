#include "api/admin_access.hpp"

#include "encoding/ascii.hpp"

#include <algorithm>
#include <array>

namespace thunderpush {

namespace {

constexpr std::string_view scheme = "Bearer ";

// `host` or `[host]`, without the port. All of it if something else follows.
std::string_view without_port(std::string_view authority) {
  if (!authority.starts_with('['))
    return authority.substr(0, authority.find(':'));
  const auto host = authority.substr(0, authority.find(']') + 1);
  const auto rest = authority.substr(host.size());
  return rest.empty() || rest.front() == ':' ? host : authority;
}

// 127.0.0.0/8 (RFC 1122, 3.2.1.3), and not a name that begins so.
bool is_ipv4_loopback(std::string_view host) {
  return host.starts_with("127.")
         && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// IPv6 addresses, and nothing else, stand in brackets (RFC 3986, 3.2.2).
std::string as_in_authority(std::string_view host) {
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  return is_ipv6 ? '[' + std::string{host} + ']' : std::string{host};
}

} // namespace

admin_access::admin_access(std::string_view token, std::string_view host)
  : host_(as_in_authority(host)) {
  if (!token.empty())
    token_.emplace(std::array{rest_secret{0, "", token, all_rights}});
}

std::optional<admin_error> admin_access::refusal(const http_request& request,
                                                 bool is_reading) const {
  if (token_) {
    auto shown = request.field("Authorization");
    const bool has_scheme
      = shown.size() > scheme.size()
        && equals_ignoring_case(shown.substr(0, scheme.size()), scheme);
    if (has_scheme && token_->find("", shown.substr(scheme.size())))
      return std::nullopt;
    return admin_error::no_token;
  }
  const auto authority = request.field("Host");
  if (!is_own_name(without_port(authority)))
    return admin_error::wrong_host;
  const auto origin = request.field("Origin");
  if (is_reading || origin.empty())
    return std::nullopt;
  const auto begin = origin.find("://");
  if (begin == std::string_view::npos
      || !equals_ignoring_case(origin.substr(begin + 3), authority))
    return admin_error::wrong_host;
  return std::nullopt;
}

bool admin_access::is_own_name(std::string_view name) const {
  return equals_ignoring_case(name, "localhost") || is_ipv4_loopback(name)
         || name == "[::1]" || equals_ignoring_case(name, host_);
}

} // namespace thunderpush
