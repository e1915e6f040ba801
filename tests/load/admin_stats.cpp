#include "tests/load/admin_stats.hpp"

#include <charconv>

namespace thunderpush::load {

namespace {

/// What follows a member's name, empty if there is no such member. The sums
/// stand before the figures of each home.
std::string_view after_name(std::string_view stats, std::string_view name) {
  const auto key = '"' + std::string{name} + "\": ";
  const auto begin = stats.find(key);
  return begin == std::string_view::npos ? std::string_view{}
                                         : stats.substr(begin + key.size());
}

} // namespace

std::optional<std::string> actors_in(std::string_view stats) {
  const auto object = after_name(stats, "actors");
  const auto end = object.find('}');
  if (!object.starts_with('{') || end == std::string_view::npos)
    return std::nullopt;
  return std::string{object.substr(0, end + 1)};
}

std::optional<std::uint64_t> counter_in(std::string_view stats,
                                        std::string_view name) {
  const auto digits = after_name(stats, name);
  std::uint64_t value = 0;
  const auto* end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, value).ec != std::errc{})
    return std::nullopt;
  return value;
}

} // namespace thunderpush::load
