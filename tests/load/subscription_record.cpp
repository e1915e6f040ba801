#include "tests/load/subscription_record.hpp"

#include <algorithm>
#include <limits>

namespace thunderpush::load {

namespace {

constexpr auto no_bound = std::numeric_limits<std::uint64_t>::max();

std::string got(std::uint64_t number) {
  return "got " + std::to_string(number);
}

} // namespace

void subscription_record::subscribing(std::uint64_t answered) {
  subscriptions_.push_back({answered, {}, 0, {}, {}, 0});
}

void subscription_record::subscribed(std::uint64_t sent) {
  subscriptions_.back().certain_from = sent;
}

void subscription_record::leaving(std::uint64_t answered) {
  subscriptions_.back().due_until = answered;
}

void subscription_record::left(std::uint64_t sent) {
  subscriptions_.back().possible_until = sent;
}

std::optional<std::string> subscription_record::note(std::uint64_t number) {
  if (subscriptions_.empty())
    return got(number) + " without a subscription";
  auto* current = &subscriptions_.back();
  // What was on its way before UNSUBSCRIBE may come later than the SUBSCRIBE
  // that followed it; only after the first number of the new subscription it
  // may not.
  if (subscriptions_.size() > 1 && !current->first) {
    auto& before = subscriptions_[subscriptions_.size() - 2];
    const bool continues
      = before.first ? number == before.next : number < current->possible_from;
    if (continues && number < before.possible_until.value_or(no_bound)
        && number < current->certain_from.value_or(no_bound))
      current = &before;
  }
  if (!current->first) {
    if (number < current->possible_from)
      return got(number) + ", which was answered before the subscription";
    if (number >= current->possible_until.value_or(no_bound))
      return got(number) + ", which was sent after the subscription";
    current->first = number;
    current->next = number + 1;
    if (number > current->certain_from.value_or(no_bound))
      return got(number) + " where " + std::to_string(*current->certain_from)
             + " was due";
    return std::nullopt;
  }
  const auto expected = current->next;
  current->next = std::max(expected, number + 1);
  if (number < expected)
    return got(number) + " again or late, after "
           + std::to_string(expected - 1);
  if (number > expected)
    return got(number) + " where " + std::to_string(expected) + " was due";
  if (number >= current->possible_until.value_or(no_bound))
    return got(number) + ", which was sent after the subscription";
  return std::nullopt;
}

bool subscription_record::complete() const {
  return std::all_of(subscriptions_.begin(), subscriptions_.end(),
                     [](const subscription& each) { return each.complete(); });
}

std::string subscription_record::missing() const {
  const auto found
    = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                   [](const subscription& each) { return !each.complete(); });
  if (found == subscriptions_.end())
    return "nothing";
  std::string text = "must have " + std::to_string(*found->certain_from)
                     + " to " + std::to_string(found->due_until - 1) + ", has ";
  if (!found->first)
    return text + "nothing";
  return text + std::to_string(*found->first) + " to "
         + std::to_string(found->next - 1);
}

bool subscription_record::open() const {
  return !subscriptions_.empty() && !subscriptions_.back().possible_until;
}

bool subscription_record::subscription::complete() const {
  if (!certain_from || due_until <= *certain_from)
    return true;
  return first && *first <= *certain_from && next >= due_until;
}

} // namespace thunderpush::load
