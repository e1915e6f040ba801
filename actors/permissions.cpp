#include "actors/permissions.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush {

void permissions::identify(identity shown) {
  expires_ = shown.expires;
  own_ = std::move(shown.channels);
  info_ = std::move(shown.info);
}

void permissions::add(const identity& shown) {
  for (const auto& each : shown.channels) {
    const auto known
      = std::find_if(added_.begin(), added_.end(), [&each](const entry& one) {
          return one.channels == each;
        });
    if (known == added_.end())
      added_.push_back({each, shown.expires});
    else
      known->expires = std::max(known->expires, shown.expires);
  }
}

bool permissions::permit(std::string_view channel) const noexcept {
  return std::any_of(
           own_.begin(), own_.end(),
           [channel](const channel_pattern& one) { return one.fits(channel); })
         || std::any_of(
           added_.begin(), added_.end(),
           [channel](const entry& one) { return one.channels.fits(channel); });
}

std::optional<permissions::clock::time_point>
permissions::next_expiry() const noexcept {
  auto next = expires_;
  for (const auto& each : added_)
    next = std::min(next.value_or(each.expires), each.expires);
  return next;
}

void permissions::drop_expired(clock::time_point now) {
  std::erase_if(added_, [now](const entry& one) { return now >= one.expires; });
}

std::size_t permissions::memory() const noexcept {
  auto bytes = info_.capacity() + own_.capacity() * sizeof(channel_pattern)
               + added_.capacity() * sizeof(entry);
  for (const auto& each : own_)
    bytes += each.text().capacity();
  for (const auto& each : added_)
    bytes += each.channels.text().capacity();
  return bytes;
}

} // namespace thunderpush
