#include "actors/memory_budget.hpp"

namespace thunderpush {

// -- of a home ---------------------------------------------------------------

bool memory_use::look() noexcept {
  looked_at_ = bytes();
  return budget_ != nullptr && budget_->look();
}

bool memory_use::is_short() const noexcept {
  return budget_ != nullptr && budget_->exceeded();
}

bool memory_use::must_shed() const noexcept {
  return budget_ != nullptr && budget_->used() > budget_->goal()
         && bytes() > budget_->goal() / budget_->parts_.size();
}

void memory_share::set(std::size_t bytes) noexcept {
  const auto counted = bytes - bytes % memory_use::step;
  if (counted == bytes_)
    return;
  use_->remove(bytes_);
  use_->add(counted);
  bytes_ = counted;
  if (use_->has_grown())
    use_->look();
}

// -- of the process ----------------------------------------------------------

void memory_budget::watch(memory_use& part) {
  part.budget_ = this;
  parts_.push_back(&part);
}

std::size_t memory_budget::used() const noexcept {
  std::size_t sum = 0;
  for (const auto* each : parts_)
    sum += each->bytes();
  return sum;
}

bool memory_budget::look() noexcept {
  const auto most = limit();
  const bool now = most > 0 && used() > most;
  if (now != exceeded())
    exceeded_.store(now, std::memory_order_relaxed);
  return now;
}

// Somewhat less than the limit, so that it is not reached again at once.
std::size_t memory_budget::goal() const noexcept {
  return limit() - limit() / 16;
}

} // namespace thunderpush
