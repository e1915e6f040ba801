#include "transport/sockjs/service.hpp"

#include "transport/http/connection.hpp"
#include "transport/http/response_writer.hpp"
#include "transport/sockjs/url.hpp"
#include "transport/sockjs/websocket_dialect.hpp"
#include "transport/websocket/handshake.hpp"

#include <cstdint>
#include <random>
#include <utility>
#include <variant>
#include <vector>

namespace thunderpush::sockjs {

namespace {

constexpr std::string_view plain_text = "text/plain; charset=UTF-8";
constexpr std::string_view json = "application/json; charset=UTF-8";

constexpr http_field no_cache{
  "Cache-Control",
  "no-store, no-cache, no-transform, must-revalidate, max-age=0"};

constexpr std::string_view a_year_in_seconds = "31536000";

// Who may read the answer: the page that asks (Fetch standard, 3.2).
std::vector<http_field> permissions(const http_request& request) {
  std::vector<http_field> fields{{"Vary", "Origin"}};
  const auto origin = request.field("Origin");
  if (origin.empty()) {
    fields.push_back({"Access-Control-Allow-Origin", "*"});
  } else {
    fields.push_back({"Access-Control-Allow-Origin", origin});
    fields.push_back({"Access-Control-Allow-Credentials", "true"});
  }
  const auto headers = request.field("Access-Control-Request-Headers");
  if (!headers.empty())
    fields.push_back({"Access-Control-Allow-Headers", headers});
  return fields;
}

http_response not_allowed(std::string_view allow) {
  return {405, {}, {{"Allow", allow}}, {}};
}

void answer_preflight(const http_request& request, http_connection& client,
                      std::string_view methods) {
  using namespace std::chrono;
  const auto expires
    = http_date(floor<seconds>(system_clock::now()) + hours{24 * 365});
  auto fields = permissions(request);
  fields.push_back({"Access-Control-Allow-Methods", methods});
  fields.push_back({"Access-Control-Max-Age", a_year_in_seconds});
  fields.push_back({"Cache-Control", "public, max-age=31536000"});
  fields.push_back({"Expires", expires});
  client.respond(http_response{204, {}, std::move(fields), {}});
}

} // namespace

service::service(std::string prefix, hub& hub, const service_settings& settings)
  : prefix_(std::move(prefix)), hub_(hub), settings_(settings) {}

void service::serve(const http_request& request,
                    const std::shared_ptr<http_connection>& client) {
  switch (find_resource(request.path().substr(prefix_.size()))) {
  case resource::greeting:
    greet(request, *client);
    break;
  case resource::info:
    inform(request, *client);
    break;
  case resource::raw_websocket:
    open_websocket(request, *client, websocket::raw_dialect());
    break;
  case resource::websocket:
    open_websocket(request, *client, websocket_dialect());
    break;
  case resource::unknown:
    client->respond(http_response{404, plain_text, {}, "Not found.\n"});
    break;
  }
}

void service::greet(const http_request& request,
                    http_connection& client) const {
  if (request.method == "GET") {
    client.respond(http_response{200, plain_text, {}, "Welcome to SockJS!\n"});
  } else {
    client.respond(not_allowed("GET"));
  }
}

void service::inform(const http_request& request,
                     http_connection& client) const {
  if (request.method == "OPTIONS") {
    answer_preflight(request, client, "OPTIONS, GET");
    return;
  }
  if (request.method != "GET") {
    client.respond(not_allowed("OPTIONS, GET"));
    return;
  }
  // The system's own generator: clients seed theirs with it.
  const std::uint32_t entropy = std::random_device{}();
  auto fields = permissions(request);
  fields.push_back(no_cache);
  client.respond(http_response{
    200, json, std::move(fields),
    std::string{"{\"websocket\":true,\"cookie_needed\":"}
      + (settings_.cookie_needed ? "true" : "false")
      + ",\"origins\":[\"*:*\"],\"entropy\":" + std::to_string(entropy) + "}"});
}

void service::open_websocket(const http_request& request,
                             http_connection& client,
                             const websocket::dialect& speech) {
  auto checked = websocket::check_handshake(request);
  if (const auto* error = std::get_if<websocket::handshake_error>(&checked)) {
    client.respond(websocket::handshake_refusal(*error));
    return;
  }
  if (is_full()) {
    client.respond(http_response{
      503, plain_text, {{"Retry-After", "5"}}, "Too many connections.\n"});
    return;
  }
  const auto answer = websocket::switching_protocols(
    std::get<websocket::handshake_accepted>(checked));
  auto taken = client.take_over();
  hub_.open(std::make_unique<websocket::link>(
    hub_.home(), std::move(taken.stream), speech, settings_.websocket,
    websocket::link::handshake{answer, std::move(taken.early_bytes)}));
}

bool service::is_full() const noexcept {
  const auto& counts = hub_.home().actors().by_kind();
  return settings_.connections > 0
         && counts[static_cast<std::size_t>(actor_kind::connection)]
              >= settings_.connections;
}

} // namespace thunderpush::sockjs
