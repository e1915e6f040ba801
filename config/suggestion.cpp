#include "config/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace thunderpush {

namespace {

// Longer words are not compared: the work grows with the square.
constexpr std::size_t longest_word = 128;

} // namespace

std::size_t edit_distance(std::string_view from, std::string_view to) {
  const auto width = to.size() + 1;
  std::vector<std::size_t> rows(3 * width);
  auto before_last = std::span{rows}.first(width);
  auto last = std::span{rows}.subspan(width, width);
  auto row = std::span{rows}.last(width);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = from[i - 1] == to[j - 1] ? 0 : 1;
      row[j]
        = std::min(std::min(last[j], row[j - 1]) + 1, last[j - 1] + replaced);
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2]
          && from[i - 2] == to[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[to.size()];
}

std::optional<std::string> closest(std::string_view word,
                                   std::span<const std::string> candidates) {
  if (word.size() > longest_word)
    return std::nullopt;
  std::optional<std::string> best;
  auto best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    // Each letter more or less counts.
    const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
    if (longer - shorter >= best_distance)
      continue;
    const auto distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

} // namespace thunderpush
