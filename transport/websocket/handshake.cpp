#include "transport/websocket/handshake.hpp"

#include "encoding/ascii.hpp"
#include "encoding/sha.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <openssl/evp.h>
#include <optional>

namespace thunderpush::websocket {

namespace {

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Whether a comma-separated value holds the token, in any case.
bool lists_token(std::string_view value, std::string_view token) noexcept {
  while (true) {
    const auto comma = value.find(',');
    if (equals_ignoring_case(trim(value.substr(0, comma)), token))
      return true;
    if (comma == std::string_view::npos)
      return false;
    value.remove_prefix(comma + 1);
  }
}

// A list may be spread over several fields of its name (RFC 9110, 5.3).
bool has_token(const http_request& request, std::string_view name,
               std::string_view token) noexcept {
  return std::any_of(request.fields.begin(), request.fields.end(),
                     [name, token](const http_field& field) {
                       return equals_ignoring_case(field.name, name)
                              && lists_token(field.value, token);
                     });
}

// The value of a field that may occur once only, none if it does not occur so.
std::optional<std::string_view> single_value(const http_request& request,
                                             std::string_view name) noexcept {
  std::optional<std::string_view> value;
  for (const auto& field : request.fields) {
    if (!equals_ignoring_case(field.name, name))
      continue;
    if (value)
      return std::nullopt;
    value = trim(field.value);
  }
  return value;
}

constexpr bool is_base64_digit(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
         || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// Base64 of 16 bytes: 22 digits and the padding. The last digit's unused bits
// are not looked at, as the RFC's own example (section 4.1) has some set.
bool is_nonce(std::string_view key) noexcept {
  return key.size() == 24 && key.ends_with("==")
         && std::all_of(key.begin(), key.end() - 2, is_base64_digit);
}

bool is_supported_version(std::string_view version) noexcept {
  return version == "13" || version == "8" || version == "7";
}

http_response plain_text(unsigned status, std::string_view text) {
  http_response response;
  response.status = status;
  response.content_type = "text/plain; charset=UTF-8";
  response.body = text;
  return response;
}

} // namespace

handshake_result check_handshake(const http_request& request,
                                 compression_policy policy) {
  if (request.method != "GET")
    return handshake_error::method_not_allowed;
  if (!has_token(request, "Upgrade", "websocket"))
    return handshake_error::no_upgrade;
  if (!has_token(request, "Connection", "upgrade"))
    return handshake_error::no_connection_upgrade;
  const auto version = single_value(request, "Sec-WebSocket-Version");
  if (!version || !is_supported_version(*version))
    return handshake_error::unsupported_version;
  const auto key = single_value(request, "Sec-WebSocket-Key");
  if (!key || !is_nonce(*key))
    return handshake_error::bad_key;
  const auto offers = parse_extensions(request);
  if (!offers)
    return handshake_error::bad_extensions;
  handshake_accepted accepted{accept_key(*key), {}};
  if (policy == compression_policy::on)
    accepted.agreed = accept_compression(*offers);
  return accepted;
}

http_response handshake_refusal(handshake_error error) {
  http_response response;
  switch (error) {
  case handshake_error::method_not_allowed:
    response.status = 405;
    response.fields = {{"Allow", "GET"}};
    return response;
  // The SockJS protocol suite looks for these two texts.
  case handshake_error::no_upgrade:
    return plain_text(400, "Can \"Upgrade\" only to \"WebSocket\".\n");
  case handshake_error::no_connection_upgrade:
    return plain_text(400, "\"Connection\" must be \"Upgrade\".\n");
  case handshake_error::unsupported_version:
    response = plain_text(426, "WebSocket version 13 is required.\n");
    response.fields
      = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}};
    return response;
  case handshake_error::bad_extensions:
    return plain_text(400, "Sec-WebSocket-Extensions is malformed.\n");
  case handshake_error::bad_key:
    break;
  }
  return plain_text(400, "Sec-WebSocket-Key is not a nonce of 16 bytes.\n");
}

namespace {

std::string extensions_line(const compression_agreement& agreed) {
  return agreed.answer.empty()
           ? std::string{}
           : "\r\nSec-WebSocket-Extensions: " + agreed.answer;
}

} // namespace

std::string switching_protocols(const handshake_accepted& handshake) {
  return "HTTP/1.1 101 Switching Protocols\r\n"
         "Upgrade: websocket\r\n"
         "Connection: Upgrade\r\n"
         "Sec-WebSocket-Accept: "
         + handshake.accept_key + extensions_line(handshake.agreed)
         + "\r\n\r\n";
}

std::string accept_key(std::string_view key) {
  constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const auto digest = sha1({key, guid});
  // Four characters for every three bytes, and the NUL that OpenSSL writes.
  std::array<unsigned char, (sizeof digest + 2) / 3 * 4 + 1> base64{};
  const auto size
    = EVP_EncodeBlock(base64.data(), digest.data(), int{sizeof digest});
  return {base64.begin(), base64.begin() + size};
}

} // namespace thunderpush::websocket
