#include "config/repeated_lines.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace thunderpush {

namespace {

// Of a text no more is compared, kept and shown.
constexpr std::size_t longest_kind = 256;

constexpr std::string_view digits = "0123456789";

std::string_view compared(std::string_view text) {
  return text.substr(0, std::min(text.find('"'), longest_kind));
}

std::string without_digits(std::string_view text) {
  std::string result;
  std::copy_if(text.begin(), text.end(), std::back_inserter(result),
               [](char c) { return digits.find(c) == std::string_view::npos; });
  return result;
}

std::string_view before_first_digit(std::string_view text) {
  return text.substr(0, text.find_first_of(digits));
}

} // namespace

repeated_lines::verdict repeated_lines::take(time_point now, log_level level,
                                             std::string_view component,
                                             std::string_view text) {
  const auto same = compared(text);
  kind what{component, level, without_digits(same)};
  verdict result;
  auto found = windows_.find(what);
  if (found != windows_.end() && now - found->second.begin >= window) {
    result.before = ended(found->first, found->second);
    windows_.erase(found);
    found = windows_.end();
  }
  if (found == windows_.end()) {
    if (windows_.size() < most_kinds) {
      windows_.emplace(
        std::move(what),
        repetition{now, 1, std::string{before_first_digit(same)}});
    }
    return result;
  }
  result.passes = ++found->second.count <= most;
  return result;
}

std::vector<left_out> repeated_lines::end_windows(time_point now) {
  std::vector<left_out> result;
  for (auto one = windows_.begin(); one != windows_.end();) {
    if (now - one->second.begin < window) {
      ++one;
      continue;
    }
    if (auto line = ended(one->first, one->second))
      result.push_back(*std::move(line));
    one = windows_.erase(one);
  }
  return result;
}

std::vector<left_out> repeated_lines::end_all() {
  return end_windows(time_point::max());
}

std::optional<left_out> repeated_lines::ended(const kind& what,
                                              const repetition& seen) {
  if (seen.count <= most)
    return std::nullopt;
  const auto& [component, level, text] = what;
  const auto count = seen.count - most;
  return left_out{level, component,
                  seen.shown + "... (" + std::to_string(count)
                    + (count == 1 ? " similar line" : " similar lines")
                    + " left out)"};
}

} // namespace thunderpush
