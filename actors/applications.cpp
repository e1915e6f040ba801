#include "actors/applications.hpp"

#include <algorithm>
#include <utility>

namespace thunderpush {

applications::applications(std::vector<application> all)
  : all_(std::move(all)) {}

applications
applications::replaced_by(const std::vector<application>& all) const {
  auto next = *this;
  for (auto& each : next.all_)
    each.present = false;
  for (const auto& wanted : all) {
    auto known = std::find_if(
      next.all_.begin(), next.all_.end(),
      [&wanted](const application& x) { return x.name == wanted.name; });
    if (known == next.all_.end())
      next.all_.push_back(wanted);
    else
      *known = wanted;
  }
  return next;
}

std::size_t applications::present() const noexcept {
  return static_cast<std::size_t>(std::count_if(
    all_.begin(), all_.end(), [](const application& x) { return x.present; }));
}

template <class Is>
std::optional<app_id> applications::first(Is&& is) const noexcept {
  const auto found = std::find_if(all_.begin(), all_.end(), is);
  if (found == all_.end())
    return std::nullopt;
  return static_cast<app_id>(found - all_.begin());
}

std::optional<app_id> applications::find(std::string_view key) const noexcept {
  return first(
    [key](const application& x) { return x.present && x.key == key; });
}

std::optional<app_id>
applications::named(std::string_view name) const noexcept {
  return first(
    [name](const application& x) { return x.present && x.name == name; });
}

} // namespace thunderpush
