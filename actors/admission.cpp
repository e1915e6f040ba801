#include "actors/admission.hpp"

namespace thunderpush {

admission::admission(const memory_budget& memory) noexcept
  : memory_(memory), others_{this} {}

void admission::set(const limit_settings& limits) noexcept {
  most_connections_ = limits.connections;
  most_per_address_ = limits.connections_per_address;
  request_rate_ = limits.request_rate_per_address;
}

// -- clients -----------------------------------------------------------------

admission::verdict admission::enter(const std::optional<ip_address>& address) {
  if (short_of_memory())
    return refusal::memory;
  const auto most = most_connections_.load(std::memory_order_relaxed);
  const auto before = connections_.fetch_add(1, std::memory_order_relaxed);
  place made{others_};
  if (most > 0 && before >= most)
    return refusal::connections;
  const auto most_of_it = most_per_address_.load(std::memory_order_relaxed);
  if (most_of_it == 0 || !address)
    return made;
  const auto source = source_of(*address);
  auto* known = by_address_.with(source, [&](place::group& of) {
    of.owner = this;
    of.source = source;
    const bool has_room = of.clients < most_of_it;
    of.clients += has_room ? 1 : 0;
    return has_room ? &of : nullptr;
  });
  if (known == nullptr)
    return refusal::address;
  made.of_ = known;
  return made;
}

void admission::place::give_back() noexcept {
  if (auto* from = std::exchange(of_, nullptr))
    from->owner->leave(*from);
}

void admission::leave(place::group& from) noexcept {
  connections_.fetch_sub(1, std::memory_order_relaxed);
  if (const auto source = from.source)
    by_address_.release(*source,
                        [](place::group& of) { return --of.clients == 0; });
}

// -- requests ----------------------------------------------------------------

rate_limit::duration
admission::request(const std::optional<ip_address>& address,
                   rate_limit::clock::time_point now) {
  const auto rate = request_rate_.load(std::memory_order_relaxed);
  if (rate == 0 || !address)
    return rate_limit::duration::zero();
  const auto source = source_of(*address);
  requests_.tidy(source,
                 [now](const rate_limit& of) { return of.is_fresh(now); });
  return requests_.with(
    source, [now, rate](rate_limit& of) { return of.take(now, rate); });
}

// -- applications ------------------------------------------------------------

std::vector<app_usage*> admission::usage_of(std::size_t apps) {
  while (apps_.size() < apps)
    apps_.emplace_back();
  std::vector<app_usage*> all;
  for (auto& each : apps_)
    all.push_back(&each);
  return all;
}

} // namespace thunderpush
