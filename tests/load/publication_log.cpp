#include "tests/load/publication_log.hpp"

#include <algorithm>

namespace thunderpush::load {

std::uint64_t publication_log::post(clock::time_point when) {
  publications_.push_back({when});
  return publications_.size() - 1;
}

void publication_log::answered(std::uint64_t number, clock::time_point when) {
  publications_[static_cast<std::size_t>(number)].answered = when;
}

std::optional<publication_log::span>
publication_log::published_between(clock::time_point from,
                                   clock::time_point to) const {
  // Both times rise with the number: a stream is published by one connection.
  const auto first = std::partition_point(
    publications_.begin(), publications_.end(),
    [from](const publication& entry) { return entry.posted < from; });
  const auto end = std::partition_point(
    publications_.begin(), publications_.end(),
    [to](const publication& entry) { return entry.answered <= to; });
  if (first >= end)
    return std::nullopt;
  return span{static_cast<std::uint64_t>(first - publications_.begin()),
              static_cast<std::uint64_t>(end - publications_.begin() - 1)};
}

} // namespace thunderpush::load
