#include "transport/sockjs/send_body.hpp"

#include "encoding/ascii.hpp"
#include "encoding/json.hpp"
#include "encoding/percent.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush::sockjs {

namespace {

send_error error_for(json_strings_error why) noexcept {
  switch (why) {
  case json_strings_error::broken:
    return {500, "Broken JSON encoding.\n"};
  case json_strings_error::empty:
  case json_strings_error::not_an_array:
    break;
  case json_strings_error::not_a_string:
    return {500, "Payload expected: an array of strings.\n"};
  }
  return {500, "Payload expected.\n"};
}

bool is_form(std::string_view content_type) noexcept {
  constexpr std::string_view form = "application/x-www-form-urlencoded";
  auto type = content_type.substr(0, content_type.find(';'));
  type = type.substr(0, type.find_last_not_of(" \t") + 1);
  return equals_ignoring_case(type, form);
}

} // namespace

send_body read_xhr_send(std::string_view body, std::size_t message_bytes) {
  auto parsed = parse_json_strings(body, json_strings_form::array);
  if (const auto* why = std::get_if<json_strings_error>(&parsed))
    return error_for(*why);
  auto& messages = std::get<std::vector<std::string>>(parsed);
  const auto too_large = std::any_of(
    messages.begin(), messages.end(),
    [=](const std::string& each) { return each.size() > message_bytes; });
  if (too_large)
    return send_error{413, "A message is too large.\n"};
  return std::move(messages);
}

send_body read_jsonp_send(std::string_view body, std::string_view content_type,
                          std::size_t message_bytes) {
  if (!is_form(content_type))
    return read_xhr_send(body, message_bytes);
  const auto field = find_form_value(body, "d");
  if (!field)
    return send_error{500, "Payload expected.\n"};
  return read_xhr_send(*field, message_bytes);
}

} // namespace thunderpush::sockjs
