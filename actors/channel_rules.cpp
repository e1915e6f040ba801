#include "actors/channel_rules.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace thunderpush {

rule_book::rule_book(std::vector<entry> all) : entries_(std::move(all)) {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const entry& left, const entry& right) {
                     return std::tuple(left.prefix.size(), left.app.has_value())
                            > std::tuple(right.prefix.size(),
                                         right.app.has_value());
                   });
}

const channel_rules& rule_book::of(app_id app,
                                   std::string_view channel) const noexcept {
  static const channel_rules usual;
  for (const auto& each : entries_)
    if (channel.starts_with(each.prefix) && (!each.app || *each.app == app))
      return each.rules;
  return usual;
}

} // namespace thunderpush
