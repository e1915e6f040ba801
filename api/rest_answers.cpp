#include "api/rest_answers.hpp"

#include "encoding/json.hpp"

#include <string_view>
#include <utility>
#include <variant>

namespace thunderpush {

namespace {

// How a refusal looks from outside.
struct refusal {
  unsigned status;
  std::string_view message;
};

refusal refusal_of(rest_error error) {
  switch (error) {
  case rest_error::wrong_credentials:
    return {401, "Wrong API key/secret."};
  case rest_error::needs_publish:
    return {403, "This secret does not have the right publish."};
  case rest_error::needs_read:
    return {403, "This secret does not have the right read."};
  case rest_error::needs_admin:
    return {403, "This secret does not have the right admin."};
  case rest_error::presence_hidden:
    return {403, "The subscribers of this channel are not shown."};
  case rest_error::body_not_json:
    return {400, "Request body is not valid JSON."};
  case rest_error::body_too_large:
    return {413, "Request body is too large."};
  case rest_error::too_busy:
    return {429, "Too many messages are waiting. Try again later."};
  case rest_error::too_fast:
    return {429, "Too many messages a second. Try again later."};
  case rest_error::internal:
    break;
  }
  return {500, "Internal server error."};
}

refusal refusal_of(const unknown_path&) {
  return {404, "No such path."};
}

refusal refusal_of(const method_not_allowed&) {
  return {405, "The path does not have this method."};
}

refusal refusal_of(const bad_name&) {
  return {400, "Names in the path must be UTF-8 without NUL."};
}

http_response answer(unsigned status) {
  http_response response;
  response.status = status;
  response.constant_fields
    = "Access-Control-Allow-Origin: *\r\n"
      "Access-Control-Allow-Headers: X-Thunder-Secret-Key, Content-Type\r\n"
      "Access-Control-Allow-Methods: GET, POST, DELETE\r\n";
  return response;
}

http_response json_answer(unsigned status, std::string body) {
  http_response response = answer(status);
  response.content_type = "application/json; charset=UTF-8";
  response.body = std::move(body);
  return response;
}

http_response refusal_answer(const refusal& refused) {
  std::string body = R"({"message": )";
  append_ascii_json_string(body, refused.message);
  body += R"(, "status": )" + std::to_string(refused.status) + "}\n";
  return json_answer(refused.status, std::move(body));
}

} // namespace

http_response count_answer(std::size_t count) {
  return json_answer(200, R"({"count": )" + std::to_string(count) + "}\n");
}

http_response detail_answer(const delivery_detail& detail) {
  return json_answer(200, R"({"count": )" + std::to_string(detail.count)
                            + R"(, "queued": )" + std::to_string(detail.queued)
                            + R"(, "dropped": )"
                            + std::to_string(detail.dropped) + R"(, "slow": )"
                            + std::to_string(detail.slow) + "}\n");
}

http_response online_answer(bool online) {
  return json_answer(200,
                     online ? "{\"online\": true}\n" : "{\"online\": false}\n");
}

http_response users_answer(std::span<const std::string> users) {
  std::string body = R"({"users": [)";
  std::string_view separator;
  for (const std::string& user : users) {
    body += separator;
    append_ascii_json_string(body, user);
    separator = ", ";
  }
  body += "]}\n";
  return json_answer(200, std::move(body));
}

http_response disconnected_answer() {
  return answer(204);
}

http_response permissions_answer() {
  return answer(200);
}

http_response error_answer(rest_error error) {
  http_response response = refusal_answer(refusal_of(error));
  if (error == rest_error::too_busy || error == rest_error::too_fast)
    response.fields.push_back({"Retry-After", "1"});
  return response;
}

http_response error_answer(const route_error& error) {
  http_response response = refusal_answer(
    std::visit([](const auto& what) { return refusal_of(what); }, error));
  if (const auto* wrong_method = std::get_if<method_not_allowed>(&error))
    response.fields.push_back({"Allow", wrong_method->allow});
  return response;
}

} // namespace thunderpush
