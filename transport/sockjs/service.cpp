#include "transport/sockjs/service.hpp"

#include "encoding/ascii.hpp"
#include "transport/http/connection.hpp"
#include "transport/sockjs/callback.hpp"
#include "transport/sockjs/receiver.hpp"
#include "transport/sockjs/send_body.hpp"
#include "transport/sockjs/websocket_dialect.hpp"
#include "transport/websocket/handshake.hpp"
#include "transport/websocket/shown_token.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>
#include <variant>

namespace thunderpush::sockjs {

namespace {

constexpr std::string_view json = "application/json; charset=UTF-8";

// Clients use eight characters.
constexpr std::size_t longest_session_id = 64;

constexpr std::string_view shutting_down = "Server shutting down.\n";

std::string_view text_of(admission::refusal why) noexcept {
  switch (why) {
  case admission::refusal::address:
    return "Too many connections from this address.\n";
  case admission::refusal::memory:
    return "Memory is short.\n";
  default:
    return "Too many connections.\n";
  }
}

http_response not_found() {
  return {404, plain_text, {}, "Not found.\n"};
}

http_response unavailable(const answer_headers& headers, std::string_view why) {
  auto answer = headers.answer(503, plain_text, std::string{why});
  answer.fields.push_back({"Retry-After", "5"});
  return answer;
}

// The refusal of a page that may not connect, or that hides behind a second
// `Origin`. Without permission for the page to read it.
std::optional<http_response> refuse_origin(const http_request& request,
                                           const origin_list& permitted) {
  const auto origins = std::count_if(
    request.fields.begin(), request.fields.end(), [](const http_field& each) {
      return equals_ignoring_case(each.name, "Origin");
    });
  if (origins > 1)
    return http_response{400, plain_text, {}, "More than one Origin.\n"};
  if (!permitted.permits(request.field("Origin")))
    return http_response{403, plain_text, {}, "Origin not permitted.\n"};
  return std::nullopt;
}

// A request of a method that the resource does not have (RFC 9110, 15.5.6).
http_response not_allowed(const answer_headers& headers,
                          std::string_view methods) {
  auto answer = headers.answer(405, {});
  answer.fields.push_back({"Allow", methods});
  return answer;
}

void answer_preflight(const answer_headers& headers, http_connection& client,
                      std::string_view methods) {
  const auto expires = a_year_from_now();
  auto answer = headers.answer(204, {});
  answer.fields.push_back({"Access-Control-Allow-Methods", methods});
  answer.fields.push_back({"Access-Control-Max-Age", "31536000"});
  answer.fields.push_back(cacheable);
  answer.fields.push_back({"Expires", expires});
  client.respond(std::move(answer));
}

// Whether the request has the method that its resource is for. If not, it is
// answered here; a browser asks before it POSTs for a page of another origin.
bool admit(const http_request& request, http_connection& client,
           const answer_headers& headers, std::string_view method,
           bool cross_origin) {
  if (request.method == method)
    return true;
  if (method != "POST" || !cross_origin)
    client.respond(uncached(not_allowed(headers, method)));
  else if (request.method == "OPTIONS")
    answer_preflight(headers, client, "OPTIONS, POST");
  else
    client.respond(uncached(not_allowed(headers, "OPTIONS, POST")));
  return false;
}

// The transport over HTTP that a resource belongs to, null if to none.
const http_transport* transport_of(resource what) noexcept {
  switch (what) {
  case resource::xhr:
  case resource::xhr_send:
    return &http_transports::xhr_polling;
  case resource::xhr_streaming:
    return &http_transports::xhr_streaming;
  case resource::eventsource:
    return &http_transports::eventsource;
  case resource::htmlfile:
    return &http_transports::htmlfile;
  case resource::jsonp:
  case resource::jsonp_send:
    return &http_transports::jsonp_polling;
  default:
    return nullptr;
  }
}

// With SockJS the token is in the client's own CONNECT.
std::variant<std::string, websocket::shown_token_error>
connect_command(const http_request& request, const websocket::dialect& speech) {
  return &speech == &websocket::raw_dialect()
           ? websocket::connect_command_of(request)
           : std::string{};
}

} // namespace

service::service(std::string prefix, home& where, endpoint_factory& clients,
                 const service_settings& settings,
                 const std::vector<site_branch>& branches)
  : prefix_(std::move(prefix)),
    home_(where),
    clients_(clients),
    settings_(settings),
    branches_(branches),
    sessions_(std::make_shared<session_table>(
      where, settings.sessions.disconnect_delay)),
    iframe_(settings.script) {}

std::string service::loggable_path(std::string_view path) const {
  constexpr std::size_t shown = 3;
  const auto id
    = locate(path.substr(std::min(prefix_.size(), path.size()))).session;
  if (id.empty())
    return loggable(path);
  const auto before
    = path.substr(0, static_cast<std::size_t>(id.data() - path.data()));
  return loggable(before) + loggable(id.substr(0, shown)) + "..."
         + loggable(path.substr(before.size() + id.size()));
}

void service::serve(const http_request& request, const client_ptr& client) {
  const auto [what, id] = locate(request.path().substr(prefix_.size()));
  if (!offers(what) || id.size() > longest_session_id) {
    client->respond(not_found());
    return;
  }
  if (auto refused = refuse_origin(request, settings_.origins)) {
    client->respond(uncached(*std::move(refused)));
    return;
  }
  switch (what) {
  case resource::unknown:
    break;
  case resource::greeting:
    greet(request, *client);
    break;
  case resource::info:
    inform(request, *client);
    break;
  case resource::iframe:
    show_iframe(request, *client);
    break;
  case resource::raw_websocket:
    open_websocket(request, *client, websocket::raw_dialect());
    break;
  case resource::websocket:
    open_websocket(request, *client, websocket_dialect());
    break;
  case resource::xhr_send:
  case resource::jsonp_send:
    send(request, client, *transport_of(what), id);
    break;
  default:
    receive(request, client, *transport_of(what), id);
    break;
  }
}

bool service::offers(resource what) const noexcept {
  const auto& offered = settings_.transports;
  switch (what) {
  case resource::unknown:
    return false;
  case resource::greeting:
  case resource::info:
  case resource::iframe:
    return true;
  case resource::raw_websocket:
  case resource::websocket:
    return offered.has(sockjs_transport::websocket);
  case resource::xhr_send: // sends for all that is not JSONP
    return offered.has(sockjs_transport::xhr_polling)
           || offered.has(sockjs_transport::xhr_streaming)
           || offered.has(sockjs_transport::eventsource)
           || offered.has(sockjs_transport::htmlfile);
  default:
    return offered.has(transport_of(what)->name);
  }
}

// -- what belongs to no session ----------------------------------------------

void service::greet(const http_request& request,
                    http_connection& client) const {
  if (request.method == "GET") {
    client.respond(http_response{200, plain_text, {}, "Welcome to SockJS!\n"});
  } else {
    client.respond(not_allowed({}, "GET"));
  }
}

void service::inform(const http_request& request,
                     http_connection& client) const {
  answer_headers headers;
  headers.allow_origin(request);
  if (request.method == "OPTIONS") {
    answer_preflight(headers, client, "OPTIONS, GET");
    return;
  }
  if (request.method != "GET") {
    client.respond(not_allowed(headers, "OPTIONS, GET"));
    return;
  }
  // A client that is told so now does not try one transport after the other.
  if (home_.is_draining()) {
    client.respond(uncached(unavailable(headers, shutting_down)));
    return;
  }
  const auto boolean = [](bool value) { return value ? "true" : "false"; };
  // The system's own generator: clients seed theirs with it.
  const std::uint32_t entropy = std::random_device{}();
  client.respond(uncached(headers.answer(
    200, json,
    std::string{"{\"websocket\":"}
      + boolean(settings_.transports.has(sockjs_transport::websocket))
      + ",\"cookie_needed\":" + boolean(settings_.cookie)
      + ",\"origins\":[\"*:*\"],\"entropy\":" + std::to_string(entropy)
      + "}")));
}

void service::show_iframe(const http_request& request,
                          http_connection& client) const {
  if (request.method != "GET") {
    client.respond(not_allowed({}, "GET"));
    return;
  }
  auto page = iframe_.answer(request);
  // A request of the iframe has the server's origin, whatever page it is in.
  if (!settings_.origins.all) {
    const auto policy = frame_ancestors(settings_.origins);
    page.fields.push_back({"Content-Security-Policy", policy});
    page.fields.push_back({"Cache-Control", "no-cache"});
    client.respond(std::move(page));
    return;
  }
  const auto expires = a_year_from_now();
  page.fields.push_back(cacheable);
  page.fields.push_back({"Expires", expires});
  client.respond(std::move(page));
}

// -- WebSocket ---------------------------------------------------------------

void service::open_websocket(const http_request& request,
                             http_connection& client,
                             const websocket::dialect& speech) {
  auto checked
    = websocket::check_handshake(request, settings_.websocket.compression);
  if (const auto* error = std::get_if<websocket::handshake_error>(&checked)) {
    client.respond(websocket::handshake_refusal(*error));
    return;
  }
  auto begins = connect_command(request, speech);
  if (const auto* error = std::get_if<websocket::shown_token_error>(&begins)) {
    client.respond(
      http_response{400, plain_text, {}, std::string{error->text}});
    return;
  }
  auto place = find_place(client, {});
  if (!place)
    return;
  const auto& accepted = std::get<websocket::handshake_accepted>(checked);
  visitor who{std::string{request.field("Origin")}, *std::move(place)};
  auto taken = client.take_over();
  clients_.open(
    std::make_unique<websocket::link>(
      std::move(taken.stream), speech, settings_.websocket,
      websocket::link::handshake{
        websocket::switching_protocols(accepted), std::move(taken.early_bytes),
        accepted.agreed.how, std::get<std::string>(std::move(begins))}),
    std::move(who));
}

// A place for a client that is about to connect. If there is none it is told
// why.
std::optional<admission::place>
service::find_place(http_connection& client,
                    const answer_headers& headers) const {
  auto why = shutting_down;
  if (!home_.is_draining()) {
    // A system call, which many can do without.
    const auto address = clients_.asks_for_address()
                           ? client.address()
                           : std::optional<ip_address>{};
    auto verdict = clients_.admit(address);
    if (auto* place = std::get_if<admission::place>(&verdict))
      return std::move(*place);
    why = text_of(std::get<admission::refusal>(verdict));
  }
  client.respond(uncached(unavailable(headers, why)));
  return std::nullopt;
}

// -- sessions over HTTP ------------------------------------------------------

answer_headers service::headers_for(const http_request& request,
                                    const http_transport& how) const {
  answer_headers headers;
  if (how.cross_origin)
    headers.allow_origin(request);
  if (settings_.cookie)
    headers.return_cookie(request);
  return headers;
}

// Where the session lives, null if here.
const site_branch* service::elsewhere(std::string_view id) const noexcept {
  const auto index = std::hash<std::string_view>{}(id) % branches_.size();
  return index == home_.index() ? nullptr : &branches_[index];
}

void service::receive(const http_request& request, const client_ptr& client,
                      const http_transport& how, std::string_view id) {
  auto headers = headers_for(request, how);
  if (!admit(request, *client, headers, how.method, how.cross_origin))
    return;
  std::string callback;
  if (how.calls_back) {
    auto found = find_callback(request.query());
    if (const auto* error = std::get_if<callback_error>(&found)) {
      client->respond(
        uncached(headers.answer(500, plain_text, std::string{error->text})));
      return;
    }
    callback = std::get<std::string>(std::move(found));
  }
  if (const auto* there = elsewhere(id)) {
    client->move_to(*there);
    return;
  }
  auto* known = sessions_->find(id);
  const auto* last_words
    = known == nullptr ? sessions_->last_words(id) : nullptr;
  std::optional<admission::place> place;
  if (known == nullptr && last_words == nullptr) {
    place = find_place(*client, headers);
    if (!place)
      return;
  }
  // The request does not outlive the receiver's start.
  std::string own_id{id};
  visitor page{std::string{request.field("Origin")},
               std::move(place).value_or(admission::place{})};
  auto who
    = std::make_unique<receiver>(how, std::move(headers), std::move(callback),
                                 client, settings_.response_limit);
  if (last_words != nullptr) {
    who->add(*last_words);
    who->finish();
    return;
  }
  auto& to = known != nullptr
               ? *known
               : open_session(std::move(own_id), how, std::move(page));
  to.attach(std::move(who));
}

session& service::open_session(std::string id, const http_transport& first,
                               visitor who) {
  auto link = std::make_unique<session>(home_, sessions_, std::move(id),
                                        settings_.sessions, first);
  auto& made = *link;
  clients_.open(std::move(link), std::move(who));
  return made;
}

void service::send(const http_request& request, const client_ptr& client,
                   const http_transport& how, std::string_view id) {
  auto headers = headers_for(request, how);
  if (!admit(request, *client, headers, "POST", how.cross_origin))
    return;
  if (const auto* there = elsewhere(id)) {
    client->move_to(*there);
    return;
  }
  const bool is_jsonp = how.calls_back;
  auto* known = sessions_->find(id);
  const bool ended = known == nullptr && sessions_->last_words(id) != nullptr;
  if (known == nullptr && !ended) {
    client->respond(
      uncached(headers.answer(404, plain_text, "Unknown session.\n")));
    return;
  }
  auto body = is_jsonp
                ? read_jsonp_send(request.body, request.field("Content-Type"),
                                  settings_.message_bytes)
                : read_xhr_send(request.body, settings_.message_bytes);
  if (const auto* error = std::get_if<send_error>(&body)) {
    client->respond(uncached(
      headers.answer(error->status, plain_text, std::string{error->text})));
    return;
  }
  send_request what{std::get<std::vector<std::string>>(std::move(body)),
                    0,
                    std::move(headers),
                    is_jsonp,
                    client,
                    memory_share{home_.memory()}};
  if (ended) {
    what.accept(); // nobody is there to read it, and the client will be told
    return;
  }
  known->seen_from(request.field("Origin"));
  known->take(std::move(what));
}

} // namespace thunderpush::sockjs
