#include "ctl/requests.hpp"

#include "config/loggable.hpp"

#include <iostream>
#include <utility>

namespace thunderpush::ctl {

namespace http = boost::beast::http;

namespace {

constexpr int http_1_1 = 11;
constexpr std::size_t page_size = 1000;

// What to do about a refusal; the server says what it is.
std::string_view advice_for(const listener& peer, unsigned status) {
  const auto is_admin = peer.kind == listener_kind::admin;
  switch (status) {
  case 401:
    return is_admin ? "Give its token in THUNDERPUSH_ADMIN__TOKEN or "
                      "--admin-token"
                    : "Look at --key and --secret, or at [app.NAME] of the "
                      "configuration";
  case 404:
    return is_admin ? "Is it the admin endpoint, and of this version?"
                    : "Is it the public listener of a Thunderpush server?";
  case 413:
    return "[limits] body_bytes of the server's configuration says how much "
           "it takes";
  case 429:
    return "Subscribers are slower than you: try again later";
  default:
    return {};
  }
}

failure refusal(const listener& peer, const http_answer& answer) {
  const auto body = parse_json(answer.body);
  auto message = peer.at.text() + " answered " + std::to_string(answer.status);
  if (const auto reason = body ? text_of(*body, "message") : std::string{};
      !reason.empty())
    message += ": " + loggable(reason);
  for (const auto* list : {"reasons", "silent_homes"}) {
    if (body && !elements(*body, list).Empty()) {
      message.append("; ").append(list).append(": ");
      message += loggable(json_text(member(*body, list)));
    }
  }
  if (const auto advice = advice_for(peer, answer.status); !advice.empty()) {
    message += message.ends_with('.') ? " " : ". ";
    message += advice;
  }
  return {std::move(message)};
}

} // namespace

http_request rest_request(const app_settings& app, http_verb verb,
                          std::string_view path, std::string body) {
  http_request request{
    verb, "/api/1.0.0/" + escape_path_part(app.key) + std::string{path},
    http_1_1, std::move(body)};
  request.set("X-Thunder-Secret-Key", app.secret);
  request.set(http::field::content_type, "application/json");
  return request;
}

std::string channel_path(std::string_view channel) {
  return "/channels/" + escape_path_part(channel) + '/';
}

std::string user_path(std::string_view user) {
  return "/users/" + escape_path_part(user) + '/';
}

http_request admin_request(const target& server, std::string_view path) {
  http_request request{http_verb::get, path, http_1_1};
  if (!server.admin_token.empty())
    request.set(http::field::authorization, "Bearer " + server.admin_token);
  return request;
}

result<json_document> read_answer(const listener& peer,
                                  const http_answer& answer) {
  if (answer.status < 200 || answer.status > 299)
    return refusal(peer, answer);
  if (answer.body.empty())
    return json_document{};
  if (auto document = parse_json(answer.body))
    return *std::move(document);
  return failure{"what " + peer.at.text() + " answers is not JSON. "
                 + std::string{peer.advice()}};
}

result<json_document> read_answer(const listener& peer,
                                  const result<http_answer>& answer) {
  if (const auto* error = std::get_if<failure>(&answer))
    return *error;
  return read_answer(peer, std::get<http_answer>(answer));
}

result<json_document> call_rest(const invocation& call, http_verb verb,
                                std::string_view path, std::string body) {
  const auto app
    = choose_app(call.asked, call.server, credentials::key_and_secret);
  if (const auto* error = std::get_if<failure>(&app))
    return *error;
  const auto& peer = call.server.front;
  return read_answer(peer, exchange(peer, call.asked.timeout,
                                    rest_request(std::get<app_settings>(app),
                                                 verb, path, std::move(body))));
}

result<json_document> call_admin(const invocation& call,
                                 std::string_view path) {
  if (!call.server.admin)
    return admin_is_off();
  const auto& peer = *call.server.admin;
  return read_answer(
    peer, exchange(peer, call.asked.timeout, admin_request(call.server, path)));
}

result<json_document> list_admin(const invocation& call, const char* name,
                                 const std::string& path) {
  json_document all{rapidjson::kObjectType};
  auto& memory = all.GetAllocator();
  json_value list{rapidjson::kArrayType};
  std::string cursor;
  for (;;) {
    const auto wanted = std::min(call.asked.limit - list.Size(), page_size);
    auto query = path;
    query.append("&limit=").append(std::to_string(wanted)).append(cursor);
    auto page = call_admin(call, query);
    if (auto* error = std::get_if<failure>(&page))
      return std::move(*error);
    const auto& found = std::get<json_document>(page);
    for (const auto& each : elements(found, name))
      list.PushBack(json_value{each, memory}, memory);
    const auto next = text_of(found, "next");
    if (!next.empty() && list.Size() >= call.asked.limit)
      std::cerr << "thunderpush-ctl: there are more; --limit lists them\n";
    if (next.empty() || list.Size() >= call.asked.limit
        || elements(found, name).Empty())
      break;
    cursor = "&cursor=" + escape_path_part(next);
  }
  all.AddMember(json_value{name, memory}, list, memory);
  return all;
}

std::string of_app(const invocation& call) {
  return call.asked.app ? "&app=" + escape_path_part(*call.asked.app)
                        : std::string{};
}

failure admin_is_off() {
  return {
    "the admin endpoint is off ([admin] listen of the configuration), and "
    "this command needs it. Turn it on, or give --admin"};
}

} // namespace thunderpush::ctl
