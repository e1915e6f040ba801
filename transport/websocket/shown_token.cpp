#include "transport/websocket/shown_token.hpp"

#include "encoding/ascii.hpp"
#include "encoding/percent.hpp"

#include <algorithm>
#include <optional>

namespace thunderpush::websocket {

namespace {

// Base64url, and the points between the parts.
bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// Nothing for another scheme, which is for a proxy.
std::optional<std::string> bearer_of(const http_request& request) {
  auto value = request.field("Authorization");
  const auto scheme = value.substr(0, value.find(' '));
  if (!equals_ignoring_case(scheme, "Bearer"))
    return std::nullopt;
  value.remove_prefix(scheme.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return std::string{value};
}

} // namespace

std::variant<std::string, shown_token_error>
connect_command_of(const http_request& request) {
  const auto in_query = find_form_value(request.query(), "token");
  const auto in_header = bearer_of(request);
  if (!in_query && !in_header)
    return std::string{};
  if (in_query && in_header)
    return shown_token_error{"Two tokens.\n"};
  const auto& token = in_query ? *in_query : *in_header;
  const auto key = find_form_value(request.query(), "key");
  if (!key || key->empty() || key->find(':') != std::string::npos)
    return shown_token_error{"A token needs the key of its app: key=KEY.\n"};
  if (!is_token(token))
    return shown_token_error{"That is no token.\n"};
  return "CONNECT " + token + ':' + *key;
}

} // namespace thunderpush::websocket
