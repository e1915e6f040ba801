#include "api/admin.hpp"

#include "actors/failed_request.hpp"
#include "actors/home.hpp"
#include "actors/timer_wheel.hpp"
#include "api/actor_page.hpp"
#include "api/admin_answers.hpp"
#include "api/log_levels.hpp"
#include "api/metrics.hpp"
#include "config/log.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace thunderpush {

namespace {

using namespace std::chrono_literals;

// What an inquiry is about, with what is known so far. One home has to answer
// unless `all_homes`.

struct actor_list {
  static constexpr bool all_homes = true;
  const listing& which;
  std::string_view order;
  actor_page page;
};

struct closed_list {
  static constexpr bool all_homes = true;
  departure_page page;
};

// One actor, to be shown or, if it is a connection, to be closed.
struct one_actor {
  static constexpr bool all_homes = true;
  std::optional<close_reason> closing;
  std::optional<actor_view> found{};
};

// Figures of all homes, to be shown as `what` says.
struct totals {
  static constexpr bool all_homes = true;
  admin_operation what;
  std::vector<totals_read> homes; // by number
};

struct user_end {
  static constexpr bool all_homes = false;
  user_id user;
  bool online = false;
};

struct channel_end {
  static constexpr bool all_homes = false;
  std::string name;
  bool found = false;
};

using inquiry_subject = std::variant<actor_list, closed_list, one_actor, totals,
                                     user_end, channel_end>;

// Runs `make` and sends its answer, if any. If that fails, the client learns
// it, and the exception goes on.
template <class Make>
void respond_with(http_responder& to, Make&& make) {
  try {
    if (std::optional<http_response> answer = make())
      to.respond(std::move(*answer));
  } catch (...) {
    to.respond(error_answer(admin_error::internal));
    throw;
  }
}

std::size_t clients_in(std::span<const totals_read> homes) {
  std::size_t sum = 0;
  for (const auto& each : homes)
    sum += each.actors[static_cast<std::size_t>(actor_kind::connection)];
  return sum;
}

// What an operator did, for those who ask later.
void audit(const http_responder& who, std::string_view what,
           std::string_view whom) {
  log_info("admin", std::string{"audit: "}
                      .append(what)
                      .append(" ")
                      .append(loggable(whom))
                      .append(", asked by ")
                      .append(who.client()));
}

} // namespace

// -- inquiries ---------------------------------------------------------------

/// A request that waits for the replies of homes, or for its deadline.
class admin::inquiry final : public timer {
public:
  inquiry(admin& owner, std::uint64_t number, std::size_t answers,
          responder_ptr to, inquiry_subject about)
    : subject(std::move(about)),
      responder(std::move(to)),
      owner_(owner),
      number_(number),
      answered_(answers, false) {}

  bool has_answered(std::size_t home) const {
    return home >= answered_.size() || answered_[home];
  }

  /// Returns whether all have answered.
  bool note_answer(std::size_t home) {
    answered_[home] = true;
    return silent_homes().empty();
  }

  /// What is to be answered now.
  http_response answer() const {
    const auto silent = silent_homes();
    const auto* figures = std::get_if<totals>(&subject);
    if (figures != nullptr && figures->what == admin_operation::show_health)
      return silent.empty() ? healthy_answer(answered_.size())
                            : failing_answer(silent);
    if (!silent.empty())
      return overdue_answer(silent);
    return std::visit([this](const auto& about) { return answer_of(about); },
                      subject);
  }

  inquiry_subject subject;
  const responder_ptr responder;

private:
  std::vector<std::size_t> silent_homes() const {
    std::vector<std::size_t> silent;
    for (std::size_t i = 0; i < answered_.size(); ++i) {
      if (!answered_[i])
        silent.push_back(i);
    }
    return silent;
  }

  const applications& apps() const { return owner_.shared_.apps; }

  http_response answer_of(const actor_list& about) const {
    return page_answer(about.which, apps(), about.page, about.order);
  }

  http_response answer_of(const closed_list& about) const {
    return closed_answer(apps(), about.page);
  }

  http_response answer_of(const one_actor& about) const {
    if (!about.closing)
      return about.found ? actor_answer(apps(), *about.found)
                         : error_answer(admin_error::no_actor);
    const auto* client
      = about.found ? std::get_if<connection_view>(&about.found->holdings)
                    : nullptr;
    if (client == nullptr)
      return error_answer(admin_error::no_client);
    owner_.shared_.hubs[about.found->home].tell(
      disconnect{client->who, *about.closing});
    audit(*responder, "disconnect a client of user",
          about.found->name + " (" + std::to_string(about.found->id) + ")");
    return done_answer("disconnected", about.found->id);
  }

  http_response answer_of(const totals& about) const {
    const auto& setup = owner_.setup_;
    switch (about.what) {
    case admin_operation::show_homes:
      return homes_answer(about.homes);
    case admin_operation::show_metrics:
      return text_answer(metrics_content_type,
                         metrics_text(setup.version, apps(), about.homes,
                                      read_process_figures(),
                                      log_lines_dropped()));
    case admin_operation::show_readiness:
      return readiness_answer(
        setup.process.reasons_not_ready(clients_in(about.homes)));
    default:
      return stats_answer(setup.version, uptime(), about.homes);
    }
  }

  http_response answer_of(const user_end& about) const {
    return about.online ? done_answer("disconnected", about.user.name)
                        : error_answer(admin_error::no_user);
  }

  http_response answer_of(const channel_end& about) const {
    return about.found ? done_answer("reset", about.name)
                       : error_answer(admin_error::no_channel);
  }

  std::chrono::seconds uptime() const {
    const auto& here = owner_.home();
    return std::chrono::duration_cast<std::chrono::seconds>(here.now()
                                                            - here.born());
  }

  // Destroys this.
  void expired() override {
    owner_.enter([&owner = owner_, number = number_] { owner.finish(number); });
  }

  admin& owner_;
  const std::uint64_t number_;
  std::vector<bool> answered_; // by home
};

admin::admin(caf::actor_config& config, thunderpush::home& where,
             const context& shared, admin_setup setup)
  : pinned(config, where, actor_kind::admin),
    shared_(shared),
    setup_(std::move(setup)) {}

admin::~admin() = default;

// -- requests ----------------------------------------------------------------

void admin::handle(const http_request& request, responder_ptr responder) {
  if (ended()) {
    responder->respond(error_answer(admin_error::stopping));
    return;
  }
  enter([&] {
    respond_with(*responder, [&] { return answer_or_ask(request, responder); });
  });
}

std::optional<http_response> admin::answer_or_ask(const http_request& request,
                                                  const responder_ptr& to) {
  const auto parsed = parse_admin_route(request.method, request.path());
  const auto* call = std::get_if<admin_call>(&parsed);
  // Whoever watches over the process need not know the token, nor who reads
  // what there is to ask.
  const bool is_open = call != nullptr
                       && (call->operation == admin_operation::show_health
                           || call->operation == admin_operation::show_readiness
                           || call->operation == admin_operation::describe);
  const bool reads = call == nullptr || is_reading(call->operation);
  if (!is_open)
    if (const auto refused = setup_.access.refusal(request, reads))
      return error_answer(*refused);
  if (const auto* error = std::get_if<admin_route_error>(&parsed))
    return error->known_path ? method_answer(error->allowed)
                             : error_answer(admin_error::unknown_path);
  if (inquiries_.size() >= max_waiting)
    return error_answer(admin_error::too_busy);
  return carry_out(*call, request, to);
}

std::optional<http_response> admin::carry_out(const admin_call& call,
                                              const http_request& request,
                                              const responder_ptr& to) {
  const auto query = request.query();
  switch (call.operation) {
  case admin_operation::list_actors:
    return list(actor_listing, query, to);
  case admin_operation::list_connections:
    return list(connection_listing, query, to);
  case admin_operation::list_channels:
    return list(channel_listing, query, to);
  case admin_operation::list_users:
    return list(user_listing, query, to);
  case admin_operation::list_closed:
    return list_closed(query, to);
  case admin_operation::disconnect_connection:
    return disconnect_client(call, query, to);
  case admin_operation::disconnect_user:
    return disconnect_user(call, query, to);
  case admin_operation::reset_channel:
    return reset_channel(call, query, to);
  case admin_operation::trace:
    return trace(query, to);
  default:
    break;
  }
  if (const auto error = refuse_parameters(query))
    return error_answer(*error);
  switch (call.operation) {
  case admin_operation::describe:
    return text_answer("application/json; charset=UTF-8",
                       std::string{setup_.description});
  case admin_operation::show_actor:
    ask_for_actor(begin(to, one_actor{}), call.id);
    return std::nullopt;
  case admin_operation::show_config:
    return settings_answer(setup_.process.settings_in_effect());
  case admin_operation::show_log_levels:
    return log_levels_answer();
  case admin_operation::set_log_level:
    return set_log_level(request, *to);
  case admin_operation::reload:
    return reload(to);
  default:
    break;
  }
  ask_all(begin(to, totals{call.operation, std::vector<totals_read>(
                                             shared_.inspectors.size())}),
          [](const reply_address& reply) { return read_totals{reply}; });
  return std::nullopt;
}

std::optional<http_response> admin::list(const listing& which,
                                         std::string_view query,
                                         const responder_ptr& to) {
  const auto parsed = parse_page_query(which, query, shared_.apps);
  if (const auto* error = std::get_if<query_error>(&parsed))
    return error_answer(*error);
  const auto& wanted = std::get<page_query>(parsed);
  const actor_page page{wanted.limit};
  ask_all(begin(to, actor_list{which, wanted.order.name, page}),
          [&](const reply_address& reply) {
            return list_actors{wanted.which, wanted.order.order,
                               wanted.after, page.wanted(),
                               false,        reply};
          });
  return std::nullopt;
}

std::optional<http_response> admin::list_closed(std::string_view query,
                                                const responder_ptr& to) {
  const auto parsed = parse_closed_query(query, shared_.apps);
  if (const auto* error = std::get_if<query_error>(&parsed))
    return error_answer(*error);
  const auto& wanted = std::get<closed_query>(parsed);
  const departure_page page{wanted.limit};
  ask_all(begin(to, closed_list{page}), [&](const reply_address& reply) {
    return list_departures{wanted.which, wanted.after, page.wanted(), reply};
  });
  return std::nullopt;
}

// -- control -----------------------------------------------------------------

std::optional<http_response> admin::disconnect_client(const admin_call& call,
                                                      std::string_view query,
                                                      const responder_ptr& to) {
  const auto parsed = parse_disconnect_query(query);
  if (const auto* error = std::get_if<query_error>(&parsed))
    return error_answer(*error);
  const auto why = std::get<disconnect_query>(parsed).reconnect
                     ? close_reasons::go_away
                     : close_reasons::disconnected;
  ask_for_actor(begin(to, one_actor{why}), call.id);
  return std::nullopt;
}

std::optional<http_response> admin::disconnect_user(const admin_call& call,
                                                    std::string_view query,
                                                    const responder_ptr& to) {
  const auto parsed = parse_app_query(query, shared_.apps);
  if (const auto* error = std::get_if<query_error>(&parsed))
    return error_answer(*error);
  const user_id user{std::get<app_query>(parsed).app, call.name};
  audit(*to, "disconnect user", user.name);
  const auto number = begin(to, user_end{user});
  shared_.directory_of(user).tell(find_user{user, reply_of(number, 0)});
  return std::nullopt;
}

std::optional<http_response> admin::reset_channel(const admin_call& call,
                                                  std::string_view query,
                                                  const responder_ptr& to) {
  const auto parsed = parse_app_query(query, shared_.apps);
  if (const auto* error = std::get_if<query_error>(&parsed))
    return error_answer(*error);
  const channel_id channel{std::get<app_query>(parsed).app, call.name};
  audit(*to, "reset channel", channel.name);
  const auto number = begin(to, channel_end{channel.name});
  shared_.directory_of(channel).tell(
    thunderpush::reset_channel{channel, reply_of(number, 0)});
  return std::nullopt;
}

std::optional<http_response> admin::reload(const responder_ptr& to) {
  audit(*to, "reload", "the configuration");
  setup_.process.reload([to](const process_control::reload_outcome& outcome) {
    to->respond(reload_answer(outcome));
  });
  return std::nullopt;
}

http_response admin::set_log_level(const http_request& request,
                                   const http_responder& from) {
  auto answer = change_log_level(request.body);
  if (answer.status == 200)
    audit(from, "set log level", request.body);
  return answer;
}

// -- traces ------------------------------------------------------------------

std::optional<http_response> admin::trace(std::string_view query,
                                          const responder_ptr& to) {
  const auto parsed = parse_trace_query(query, shared_.apps);
  if (const auto* error = std::get_if<query_error>(&parsed))
    return error_answer(*error);
  if (traces_.size() >= tracer::max_traces)
    return error_answer(admin_error::too_busy);
  const auto& wanted = std::get<trace_query>(parsed);
  const auto number = ++last_number_;
  traces_.emplace(
    number, std::make_unique<trace_stream>(
              home(), to, wanted.time, [this, number] { end_trace(number); }));
  const auto until = home().now() + wanted.time;
  ask_all(number, [&](const reply_address& reply) {
    return begin_trace{wanted.about, wanted.with_payload, until, reply};
  });
  return std::nullopt;
}

void admin::on(trace_noted& what) {
  const auto found = traces_.find(what.ticket / shared_.inspectors.size());
  if (found != traces_.end())
    found->second->add(std::move(what));
}

void admin::end_trace(std::uint64_t number) {
  for (std::size_t i = 0; i < shared_.inspectors.size(); ++i)
    shared_.inspectors[i].tell(
      thunderpush::end_trace{reply_of(number, i).ticket});
  traces_.erase(number);
}

// -- questions ---------------------------------------------------------------

// Its deadline is set before anybody is asked: whatever goes wrong from there
// on, it ends.
template <class Subject>
std::uint64_t admin::begin(const responder_ptr& to, Subject subject) {
  const auto number = ++last_number_;
  auto patience = 5s;
  if constexpr (std::is_same_v<Subject, totals>)
    if (subject.what == admin_operation::show_health)
      patience = 1s;
  const auto answers
    = Subject::all_homes ? shared_.inspectors.size() : std::size_t{1};
  auto begun
    = std::make_unique<inquiry>(*this, number, answers, to, std::move(subject));
  auto& added = *inquiries_.emplace(number, std::move(begun)).first->second;
  home().timers().start(added, patience);
  return number;
}

// Asks each home what `make` makes of a reply address.
template <class Make>
void admin::ask_all(std::uint64_t number, Make&& make) {
  for (std::size_t i = 0; i < shared_.inspectors.size(); ++i)
    shared_.inspectors[i].tell(make(reply_of(number, i)));
}

void admin::ask_for_actor(std::uint64_t number, std::uint64_t id) {
  ask_all(number, [id](const reply_address& reply) {
    list_actors question;
    question.which.id = id;
    question.limit = 1;
    question.thoroughly = true;
    question.reply = reply;
    return question;
  });
}

// Each home has a ticket of its own, so that it is known who is silent.
reply_address admin::reply_of(std::uint64_t number, std::size_t home) const {
  return reply_address{ref(), number * shared_.inspectors.size() + home};
}

// -- replies -----------------------------------------------------------------

// Passes the subject that a ticket is about, and the home that answers it, to
// `take`. A reply that comes too late, or again, is dropped.
template <class Subject, class Take>
void admin::take_reply(std::uint64_t ticket, Take&& take) {
  const auto number = ticket / shared_.inspectors.size();
  const auto home = ticket % shared_.inspectors.size();
  const auto found = inquiries_.find(number);
  if (found == inquiries_.end() || found->second->has_answered(home))
    return;
  auto* subject = std::get_if<Subject>(&found->second->subject);
  if (subject == nullptr)
    return;
  take(*subject, home);
  if (found->second->note_answer(home))
    finish(number);
}

void admin::on(actors_listed& what) {
  take_reply<actor_list>(what.ticket, [&](actor_list& known, std::size_t) {
    known.page.add(std::move(what.actors));
  });
  take_reply<one_actor>(what.ticket, [&](one_actor& known, std::size_t) {
    if (!what.actors.empty())
      known.found = std::move(what.actors.front());
  });
}

void admin::on(departures_listed& what) {
  take_reply<closed_list>(what.ticket, [&](closed_list& known, std::size_t) {
    known.page.add(std::move(what.clients));
  });
}

void admin::on(const totals_read& what) {
  take_reply<totals>(what.ticket, [&](totals& known, std::size_t home) {
    known.homes[home] = what;
  });
}

// Only a user who is online is disconnected: the answer tells.
void admin::on(const user_found& what) {
  const auto number = what.ticket / shared_.inspectors.size();
  const auto found = inquiries_.find(number);
  if (found == inquiries_.end())
    return;
  auto* about = std::get_if<user_end>(&found->second->subject);
  if (about == nullptr)
    return;
  about->online = what.online;
  if (!what.online) {
    finish_with(number, [](const inquiry&) {
      return error_answer(admin_error::no_user);
    });
    return;
  }
  shared_.directory_of(about->user)
    .tell(thunderpush::disconnect_user{about->user, close_reasons::disconnected,
                                       reply_of(number, 0)});
}

void admin::on(const user_disconnected& what) {
  take_reply<user_end>(what.ticket, [](user_end&, std::size_t) {});
}

void admin::on(const channel_reset& what) {
  take_reply<channel_end>(what.ticket, [&](channel_end& known, std::size_t) {
    known.found = what.found;
  });
}

void admin::on(const request_failed& what) {
  finish_with(what.ticket / shared_.inspectors.size(), [](const inquiry&) {
    return error_answer(admin_error::internal);
  });
}

// Whoever waits for a reply that was lost is told so at once. Of a trace only
// the event is missing.
void admin::undelivered(caf::type_erased_tuple& content) {
  if (content.match_elements<trace_noted>())
    return;
  if (const auto ticket = ticket_of(content, interface{}))
    on(request_failed{*ticket});
}

void admin::finish(std::uint64_t number) {
  finish_with(number, [](const inquiry& done) { return done.answer(); });
}

// It is forgotten first: the responder may come back with another request.
template <class Make>
void admin::finish_with(std::uint64_t number, Make&& make) {
  const auto taken = inquiries_.extract(number);
  if (taken.empty())
    return;
  const inquiry& done = *taken.mapped();
  respond_with(*done.responder, [&] { return make(done); });
}

void admin::on_exit(const caf::error&) {
  traces_.clear();
  for (const auto& [number, waiting] : std::exchange(inquiries_, {}))
    waiting->responder->respond(error_answer(admin_error::stopping));
}

} // namespace thunderpush
