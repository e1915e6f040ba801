#include "actors/pinned_actor.hpp"

#include "actors/dispatch_probe.hpp"
#include "actors/home.hpp"
#include "config/log.hpp"

#include <caf/actor_config.hpp>
#include <caf/default_attachable.hpp>
#include <caf/sec.hpp>

#include <algorithm>
#include <utility>

namespace thunderpush {

namespace {

std::string describe(const std::exception_ptr& what) {
  try {
    std::rethrow_exception(what);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown exception";
  }
}

} // namespace

pinned_actor::pinned_actor(caf::actor_config& config, thunderpush::home& where,
                           actor_kind kind)
  : caf::monitorable_actor(config), kind_(kind), home_(where) {}

pinned_actor::~pinned_actor() {
  discard_mailbox();
}

void pinned_actor::enqueue(caf::mailbox_element_ptr element,
                           caf::execution_unit*) {
  arrived_.fetch_add(1, std::memory_order_relaxed);
  if (inbox_.push_front(std::move(element))
      == caf::intrusive::inbox_result::unblocked_reader)
    home_.schedule(*this);
}

void pinned_actor::quit(caf::error reason) {
  enqueue(
    caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                              caf::exit_msg{address(), std::move(reason)}),
    nullptr);
}

void pinned_actor::monitor(const caf::strong_actor_ptr& other) {
  other->get()->attach(
    caf::default_attachable::make_monitor(other->get()->address(), address()));
}

bool pinned_actor::resume(std::size_t limit) {
  mailbox_peak_
    = std::max(mailbox_peak_, static_cast<std::uint32_t>(mailbox_depth()));
  for (;;) {
    if (next_message_ == nullptr && !fetch())
      return false;
    if (limit-- == 0)
      return true;
    const caf::mailbox_element_ptr element{next_message_};
    next_message_ = static_cast<caf::mailbox_element*>(element->next);
    ++handled_;
    handle(*element);
    if (ended())
      return false;
  }
}

// Takes what has arrived. False if nothing has: the next message schedules it.
bool pinned_actor::fetch() noexcept {
  for (;;) {
    auto* stack = inbox_.take_head();
    while (stack != nullptr) {
      auto* next = static_cast<caf::mailbox_element*>(stack->next);
      stack->next = next_message_;
      next_message_ = stack;
      stack = next;
    }
    if (next_message_ != nullptr)
      return true;
    if (inbox_.try_block())
      return false;
  }
}

void pinned_actor::handle(caf::mailbox_element& element) {
  auto& content = element.content();
  if (content.match_elements<caf::exit_msg>()) {
    end(std::move(content.get_mutable_as<caf::exit_msg>(0).reason));
    return;
  }
  try {
    if (home_.probe_ != nullptr)
      home_.probe_->before(*this, content);
    if (!dispatch(content))
      log_error("actors", std::string{"a "}
                            .append(to_string(kind_))
                            .append(" got a message it does not handle"));
  } catch (...) {
    const auto what = std::current_exception();
    undelivered(content);
    fail(what);
  }
}

void pinned_actor::fail(const std::exception_ptr& what) {
  ++home_.counters().actor_failures;
  log_error("actors", std::string{to_string(kind_)}
                        .append(" \"")
                        .append(loggable(label()))
                        .append("\" failed: ")
                        .append(loggable(describe(what))));
  if (!survives_failure())
    quit(caf::sec::runtime_error);
}

void pinned_actor::end(caf::error reason) {
  life_ = life::ended;
  // Whoever monitors it learns of the end before those whom on_exit tells: so
  // a directory has forgotten a channel when its subscribers ask for another.
  cleanup(caf::error{reason}, &home_);
  try {
    on_exit(reason);
  } catch (...) {
    log_error("actors", "the end of an actor failed: "
                          + loggable(describe(std::current_exception())));
  }
  discard_mailbox();
  home_.left(*this);
}

void pinned_actor::discard_mailbox() {
  auto drop = [this](caf::mailbox_element* element) {
    const caf::mailbox_element_ptr owned{element};
    if (ended())
      undelivered(element->content());
  };
  while (auto* element = next_message_) {
    next_message_ = static_cast<caf::mailbox_element*>(element->next);
    drop(element);
  }
  if (!inbox_.closed())
    inbox_.close(drop);
}

// -- for operators -----------------------------------------------------------

actor_view pinned_actor::view(bool thoroughly) const {
  actor_view seen;
  seen.id = id();
  seen.kind = kind_;
  seen.name = label();
  seen.app = application();
  seen.state = state();
  seen.home = home_.index();
  seen.mailbox = mailbox_depth();
  seen.mailbox_peak = std::max<std::uint64_t>(mailbox_peak_, seen.mailbox);
  seen.oldest = oldest();
  seen.handled = handled_;
  seen.busy = busy();
  seen.restarts = restarts_;
  seen.memory_bytes = memory();
  seen.age_seconds = static_cast<std::uint64_t>(
    std::chrono::duration_cast<std::chrono::seconds>(age()).count());
  seen.holdings = holdings(thoroughly);
  return seen;
}

std::uint64_t pinned_actor::figure(actor_order by) const {
  switch (by) {
  case actor_order::mailbox:
    return mailbox_depth();
  case actor_order::mailbox_peak:
    return std::max<std::uint64_t>(mailbox_peak_, mailbox_depth());
  case actor_order::oldest:
    return mailbox_depth() == 0 ? 0 : rank_by_begin(ready_since());
  case actor_order::handled:
    return handled_;
  case actor_order::busy:
    return static_cast<std::uint64_t>(busy_.count());
  case actor_order::restarts:
    return restarts_;
  case actor_order::memory:
    return memory();
  case actor_order::age:
    return rank_by_begin(home_.born() + std::chrono::seconds{born_});
  default:
    return 0;
  }
}

bool pinned_actor::matches(const actor_filter& which) const {
  return (!which.id || *which.id == id())
         && (!which.kind || *which.kind == kind_)
         && (!which.app || which.app == application())
         && (!which.name || *which.name == label())
         && (!which.prefix || label().starts_with(*which.prefix))
         && (!which.slow || is_slow())
         && (!which.channel || is_subscribed_to(*which.channel));
}

// At least: what is behind the messages that were handled last may be older.
std::chrono::milliseconds pinned_actor::oldest() const {
  if (mailbox_depth() == 0)
    return std::chrono::milliseconds{0};
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(
                    home_.now() - ready_since()),
                  std::chrono::milliseconds{0});
}

std::chrono::steady_clock::time_point pinned_actor::ready_since() const {
  return home_.born() + std::chrono::milliseconds{ready_since_};
}

std::chrono::nanoseconds pinned_actor::age() const {
  return std::max(home_.now() - home_.born() - std::chrono::seconds{born_},
                  home::clock::duration{0});
}

double pinned_actor::busy() const {
  const auto lived
    = std::max<std::chrono::nanoseconds>(age(), std::chrono::milliseconds{1});
  return std::min(1.0, static_cast<double>(busy_.count())
                         / static_cast<double>(lived.count()));
}

} // namespace thunderpush
