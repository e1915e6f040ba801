#include "api/admin.hpp"

#include "actors/home.hpp"
#include "actors/timer_wheel.hpp"
#include "api/actor_page.hpp"
#include "api/admin_answers.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace thunderpush {

namespace {

// What an inquiry is about, with what is known so far.

struct actor_list {
  static constexpr std::chrono::seconds patience{5};
  actor_page page;
};

struct stats {
  static constexpr std::chrono::seconds patience{5};
  std::vector<totals_read> homes; // by number
};

struct health {
  static constexpr std::chrono::seconds patience{1};
};

using inquiry_subject = std::variant<actor_list, stats, health>;

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

} // namespace

// -- inquiries ---------------------------------------------------------------

/// A request that waits for the replies of homes, or for its deadline.
class admin::inquiry final : public timer {
public:
  inquiry(admin& owner, std::uint64_t number, std::size_t homes,
          std::shared_ptr<http_responder> to, inquiry_subject about)
    : subject(std::move(about)),
      responder(std::move(to)),
      owner_(owner),
      number_(number),
      answered_(homes, false) {}

  bool has_answered(std::size_t home) const { return answered_[home]; }

  /// Returns whether all have answered.
  bool note_answer(std::size_t home) {
    answered_[home] = true;
    return silent_homes().empty();
  }

  std::vector<std::size_t> silent_homes() const {
    std::vector<std::size_t> silent;
    for (std::size_t i = 0; i < answered_.size(); ++i) {
      if (!answered_[i])
        silent.push_back(i);
    }
    return silent;
  }

  /// What is to be answered now.
  http_response answer() const {
    const auto silent = silent_homes();
    if (std::holds_alternative<health>(subject)) {
      return silent.empty() ? healthy_answer(answered_.size())
                            : failing_answer(silent);
    }
    if (!silent.empty())
      return overdue_answer(silent);
    if (const auto* totals = std::get_if<stats>(&subject))
      return stats_answer(owner_.version_, uptime(), totals->homes);
    const auto& page = std::get<actor_list>(subject).page;
    std::optional<std::string> next;
    if (const auto place = page.next())
      next = to_cursor(page.order(), *place);
    return actors_answer(page.actors(), next);
  }

  inquiry_subject subject;
  const std::shared_ptr<http_responder> responder;

private:
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
             const context& shared, std::string version)
  : pinned(config, where, actor_kind::admin),
    shared_(shared),
    version_(std::move(version)) {}

admin::~admin() = default;

// -- requests ----------------------------------------------------------------

void admin::handle(const http_request& request,
                   std::shared_ptr<http_responder> responder) {
  if (ended()) {
    responder->respond(error_answer(admin_error::stopping));
    return;
  }
  enter([&] {
    respond_with(*responder, [&] { return answer_or_ask(request, responder); });
  });
}

// The answer, if it needs nobody else; else asks and returns nothing.
std::optional<http_response>
admin::answer_or_ask(const http_request& request,
                     const std::shared_ptr<http_responder>& to) {
  const auto path = request.path();
  const bool is_index = path == "/";
  const bool is_list = path == "/actors";
  const bool is_stats = path == "/stats";
  const bool is_health = path == "/health";
  if (!is_index && !is_list && !is_stats && !is_health)
    return error_answer(admin_error::unknown_path);
  if (request.method != "GET")
    return error_answer(admin_error::method_not_allowed);
  if (is_index)
    return index_answer();
  if (inquiries_.size() >= max_waiting)
    return error_answer(admin_error::too_busy);
  if (is_list)
    return list(request.query(), to);
  read_all_totals(
    is_stats
      ? begin(to, stats{std::vector<totals_read>(shared_.inspectors.size())})
      : begin(to, health{}));
  return std::nullopt;
}

std::optional<http_response>
admin::list(std::string_view query, const std::shared_ptr<http_responder>& to) {
  const auto parsed = parse_actors_query(query);
  if (const auto* error = std::get_if<query_error>(&parsed))
    return error_answer(*error);
  const auto& wanted = std::get<actors_query>(parsed);
  const actor_page page{wanted.order, wanted.limit};
  const auto number = begin(to, actor_list{page});
  for (std::size_t i = 0; i < shared_.inspectors.size(); ++i) {
    shared_.inspectors[i].tell(list_actors{wanted.kind, wanted.order,
                                           wanted.after, page.wanted(),
                                           reply_of(number, i)});
  }
  return std::nullopt;
}

void admin::read_all_totals(std::uint64_t number) {
  for (std::size_t i = 0; i < shared_.inspectors.size(); ++i)
    shared_.inspectors[i].tell(read_totals{reply_of(number, i)});
}

// Its deadline is set before anybody is asked: whatever goes wrong from there
// on, it ends.
template <class Subject>
std::uint64_t admin::begin(const std::shared_ptr<http_responder>& to,
                           Subject subject) {
  const auto number = ++last_number_;
  auto begun = std::make_unique<inquiry>(
    *this, number, shared_.inspectors.size(), to, std::move(subject));
  auto& added = *inquiries_.emplace(number, std::move(begun)).first->second;
  home().timers().start(added, Subject::patience);
  return number;
}

// -- replies -----------------------------------------------------------------

// Each home has a ticket of its own, so that it is known who is silent.
reply_address admin::reply_of(std::uint64_t number, std::size_t home) const {
  return reply_address{ref(), number * shared_.inspectors.size() + home};
}

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
}

void admin::on(const totals_read& what) {
  take_reply<stats>(what.ticket, [&](stats& known, std::size_t home) {
    known.homes[home] = what;
  });
  take_reply<health>(what.ticket, [](health&, std::size_t) {});
}

void admin::on(const request_failed& what) {
  finish_with(what.ticket / shared_.inspectors.size(), [](const inquiry&) {
    return error_answer(admin_error::internal);
  });
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
  for (const auto& [number, waiting] : std::exchange(inquiries_, {}))
    waiting->responder->respond(error_answer(admin_error::stopping));
}

} // namespace thunderpush
