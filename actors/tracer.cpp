#include "actors/tracer.hpp"

#include "actors/home.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace thunderpush {

namespace {

bool concerns(const trace_subject& about, const pinned_actor& who) {
  const auto is_named = [&who](const auto& wanted) {
    return wanted && who.application() == wanted->app
           && who.label() == wanted->name;
  };
  switch (who.kind()) {
  case actor_kind::connection:
    return about.connection == who.id() || is_named(about.user);
  case actor_kind::session:
    return is_named(about.user);
  case actor_kind::channel:
    return is_named(about.channel);
  default:
    return false;
  }
}

// Cut between two characters.
std::string beginning_of(std::string_view text) {
  if (text.size() <= tracer::payload_bytes)
    return std::string{text};
  const auto is_inside = [&text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  auto end = tracer::payload_bytes;
  while (end > 0 && is_inside(end))
    --end;
  return std::string{text.substr(0, end)};
}

} // namespace

void tracer::begin(begin_trace what) {
  if (traces_.size() < max_traces)
    traces_.push_back(trace{std::move(what)});
}

void tracer::end(std::uint64_t ticket) {
  std::erase_if(traces_, [ticket](const trace& each) {
    return each.question.reply.ticket == ticket;
  });
}

void tracer::note(const pinned_actor& who, const trace_event& what) {
  const auto now = who.home().now();
  std::erase_if(
    traces_, [now](const trace& each) { return each.question.until <= now; });
  for (auto& each : traces_) {
    if (!concerns(each.question.about, who) || !admits(each, now))
      continue;
    trace_noted report;
    report.ticket = each.question.reply.ticket;
    report.when = std::chrono::system_clock::now();
    report.actor = who.id();
    report.kind = who.kind();
    report.name = who.label();
    report.home = who.home().index();
    report.event = what.event;
    report.subject = what.subject;
    report.bytes = what.bytes;
    report.count = what.count;
    if (each.question.with_payload)
      report.payload = beginning_of(what.payload);
    report.missed = std::exchange(each.missed, 0);
    each.question.reply.requester.tell(std::move(report));
  }
}

bool tracer::admits(trace& of, std::chrono::steady_clock::time_point now) {
  if (now - of.second >= std::chrono::seconds{1}) {
    of.second = now;
    of.events = 0;
  }
  if (of.events == events_per_second) {
    ++of.missed;
    return false;
  }
  ++of.events;
  return true;
}

} // namespace thunderpush
