#include "api/gateway.hpp"

#include "actors/channel_name.hpp"
#include "actors/failed_request.hpp"
#include "actors/home.hpp"
#include "api/envelope.hpp"
#include "api/rest_answers.hpp"
#include "encoding/json.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace thunderpush {

namespace {

bool carries_message(rest_operation operation) noexcept {
  return operation == rest_operation::publish
         || operation == rest_operation::send_to_user;
}

// What the operation needs that the rights do not have.
std::optional<rest_error> missing_right(rest_operation operation,
                                        const rest_rights& rights) noexcept {
  switch (operation) {
  case rest_operation::publish:
  case rest_operation::send_to_user:
    return rights.publish ? std::nullopt
                          : std::optional{rest_error::needs_publish};
  case rest_operation::count_users:
  case rest_operation::find_user:
  case rest_operation::list_channel:
    return rights.read ? std::nullopt : std::optional{rest_error::needs_read};
  case rest_operation::disconnect_user:
    return rights.admin ? std::nullopt : std::optional{rest_error::needs_admin};
  case rest_operation::show_permissions:
    break;
  }
  return std::nullopt;
}

publication_ptr make_publication(std::string element,
                                 home::clock::time_point accepted,
                                 delivery_options options = {}) {
  return std::make_shared<const publication>(
    publication{std::move(element), accepted, options});
}

// Whether the query has the parameter `detail=1`; all others are ignored.
bool asks_for_detail(std::string_view query) noexcept {
  while (!query.empty()) {
    const auto parameter = query.substr(0, query.find('&'));
    if (parameter == "detail=1")
      return true;
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
  }
  return false;
}

} // namespace

gateway::gateway(caf::actor_config& config, thunderpush::home& where,
                 const context& shared,
                 std::shared_ptr<const credentials> access)
  : pinned(config, where, actor_kind::gateway),
    shared_(shared),
    access_(std::move(access)) {}

// -- calls -------------------------------------------------------------------

void gateway::handle(const http_request& request,
                     std::shared_ptr<http_responder> responder) {
  enter([&] {
    ++home().counters().http_requests;
    try {
      if (auto answer = answer_or_begin(request, responder))
        responder->respond(std::move(*answer));
    } catch (...) {
      responder->respond(error_answer(rest_error::internal));
      throw;
    }
  });
}

// The answer, if it needs nobody else; else asks and returns nothing.
std::optional<http_response>
gateway::answer_or_begin(const http_request& request,
                         const std::shared_ptr<http_responder>& to) {
  const auto where = parse_route(request.method, request.target);
  if (const auto* error = std::get_if<route_error>(&where))
    return error_answer(*error);
  const auto& call = std::get<rest_call>(where);
  if (call.operation == rest_operation::show_permissions)
    return permissions_answer();
  const auto caller
    = recognise(call.key, request.field("X-Thunder-Secret-Key"));
  if (!caller)
    return error_answer(rest_error::wrong_credentials);
  if (const auto missing = missing_right(call.operation, caller->rights))
    return error_answer(*missing);
  const auto app = static_cast<app_id>(caller->app);
  if (carries_message(call.operation))
    if (const auto refused = refuse_message(call, app, request.body))
      return error_answer(*refused);
  return begin(call, app, request, to);
}

std::optional<rest_caller> gateway::recognise(std::string_view key,
                                              std::string_view secret) {
  auto caller = last_.recall(key, secret);
  if (caller)
    return caller;
  caller = access_->find(key, secret);
  if (caller)
    last_.keep(key, secret, *caller);
  return caller;
}

std::optional<rest_error> gateway::refuse_message(const rest_call& call,
                                                  app_id app,
                                                  std::string_view body) {
  if (call.operation == rest_operation::publish) {
    const auto most = shared_.rules.of(app, call.name).message_bytes;
    if (most > 0 && body.size() > most)
      return rest_error::body_too_large;
  }
  if (check_json(body, shared_.limits.json_depth))
    return rest_error::body_not_json;
  const auto rate = shared_.quota_of(app).publish_rate;
  const auto wait = shared_.usage_of(app).publications.take(home().now(), rate);
  if (wait == rate_limit::duration::zero())
    return std::nullopt;
  ++home().counters().throttled_publications;
  return rest_error::too_fast;
}

std::optional<http_response>
gateway::begin(const rest_call& call, app_id app, const http_request& request,
               const std::shared_ptr<http_responder>& to) {
  const auto body = request.body;
  const user_id user{app, call.name};
  const channel_id channel{app, call.name};
  const bool is_channel = is_channel_name(call.name);
  const auto& rules = shared_.rules.of(app, call.name);
  const bool detailed = asks_for_detail(request.query());
  switch (call.operation) {
  case rest_operation::count_users:
    count(app, to);
    break;
  case rest_operation::find_user:
    shared_.directory_of(user).tell(find_user{user, await({to})});
    break;
  case rest_operation::send_to_user:
    shared_.directory_of(user).tell(
      send_to_user{user, make_publication(user_envelope(body), home().now()),
                   await_delivery(to, detailed), detailed});
    break;
  case rest_operation::disconnect_user:
    shared_.directory_of(user).tell(
      disconnect_user{user, close_reasons::disconnected, await({to})});
    break;
  case rest_operation::list_channel:
    if (!is_channel)
      return users_answer({});
    if (!rules.presence)
      return error_answer(rest_error::presence_hidden);
    shared_.directory_of(channel).tell(list_users{channel, await({to})});
    break;
  case rest_operation::publish:
    if (!is_channel)
      return detailed ? detail_answer({}) : count_answer(0);
    shared_.directory_of(channel).tell(
      publish{channel,
              make_publication(channel_envelope(body, channel.name),
                               home().now(), {rules.slow, rules.compress}),
              await_delivery(to, detailed), detailed});
    break;
  case rest_operation::show_permissions:
    break; // was answered before
  }
  return std::nullopt;
}

void gateway::count(app_id app, const std::shared_ptr<http_responder>& to) {
  const auto reply
    = await({.responder = to, .homes = shared_.directories.size()});
  for (const auto& each : shared_.directories)
    each.tell(count_users{app, reply});
}

reply_address gateway::await_delivery(const std::shared_ptr<http_responder>& to,
                                      bool detailed) {
  pending call{to};
  if (detailed)
    call.detail = std::make_unique<detailed_delivery>();
  return await(std::move(call));
}

reply_address gateway::await(pending call) {
  pending_.emplace(++last_ticket_, std::move(call));
  return reply_address{ref(), last_ticket_};
}

// -- replies -----------------------------------------------------------------

gateway::pending* gateway::find(std::uint64_t ticket) {
  auto it = pending_.find(ticket);
  return it == pending_.end() ? nullptr : &it->second;
}

void gateway::finish(std::uint64_t ticket, http_response answer) {
  auto it = pending_.find(ticket);
  if (it == pending_.end())
    return;
  const auto to = std::move(it->second.responder);
  pending_.erase(it);
  to->respond(std::move(answer));
}

void gateway::on(const publication_accepted& what) {
  auto* call = find(what.ticket);
  if (call == nullptr || call->detail == nullptr) {
    finish(what.ticket, count_answer(what.receivers));
    return;
  }
  call->detail->sum.count = what.receivers;
  call->detail->reports = what.reports;
  finish_delivery(what.ticket, *call->detail);
}

// It may come before the channel's word on how many there will be.
void gateway::on(const publication_delivered& what) {
  auto* call = find(what.ticket);
  if (call == nullptr || call->detail == nullptr)
    return;
  auto& detail = *call->detail;
  detail.sum.queued += what.queued;
  detail.sum.dropped += what.dropped;
  detail.sum.slow += what.slow;
  ++detail.reported;
  finish_delivery(what.ticket, detail);
}

void gateway::finish_delivery(std::uint64_t ticket,
                              const detailed_delivery& what) {
  if (what.reports == what.reported)
    finish(ticket, detail_answer(what.sum));
}

void gateway::on(const publication_refused& what) {
  finish(what.ticket, error_answer(rest_error::too_busy));
}

void gateway::on(const user_found& what) {
  finish(what.ticket, online_answer(what.online));
}

void gateway::on(const user_disconnected& what) {
  finish(what.ticket, disconnected_answer());
}

void gateway::on(const request_failed& what) {
  finish(what.ticket, error_answer(rest_error::internal));
}

void gateway::on(const users_counted& what) {
  auto* call = find(what.ticket);
  if (call == nullptr)
    return;
  call->count += what.count;
  if (--call->homes == 0)
    finish(what.ticket, count_answer(call->count));
}

// A hub may list its subscribers before the channel's word on how many hubs
// are going to arrives.
void gateway::on(const subscribers_expected& what) {
  if (auto* call = find(what.ticket)) {
    call->hubs = what.hubs;
    finish_list(what.ticket, *call);
  }
}

void gateway::on(subscribers_listed& what) {
  if (auto* call = find(what.ticket)) {
    ++call->lists;
    call->users.insert(call->users.end(),
                       std::make_move_iterator(what.users.begin()),
                       std::make_move_iterator(what.users.end()));
    finish_list(what.ticket, *call);
  }
}

// Whoever waits for a reply that was lost is told so.
void gateway::undelivered(caf::type_erased_tuple& content) {
  if (const auto ticket = ticket_of(content, interface{}))
    finish(*ticket, error_answer(rest_error::internal));
}

void gateway::finish_list(std::uint64_t ticket, const pending& call) {
  if (call.hubs == call.lists)
    finish(ticket, users_answer(call.users));
}

} // namespace thunderpush
