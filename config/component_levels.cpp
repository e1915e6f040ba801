#include "config/component_levels.hpp"

#include "config/log_component.hpp"
#include "config/loggable.hpp"
#include "config/suggestion.hpp"
#include "config/value.hpp"

#include <vector>

namespace thunderpush {

namespace {

std::string quoted(std::string_view text) {
  return '"' + loggable(text) + '"';
}

std::string unknown_component(std::string_view name) {
  const std::vector<std::string> candidates(log_components.begin(),
                                            log_components.end());
  const auto guess = closest(name, candidates);
  auto text = "there is no component " + quoted(name);
  if (guess)
    return text + "; did you mean " + *guess + "?";
  const auto* separator = "; there are ";
  for (const auto& one : candidates) {
    text += separator + one;
    separator = ", ";
  }
  return text;
}

} // namespace

std::variant<component_levels, std::string>
parse_component_levels(std::string_view text) {
  constexpr std::string_view separators = ", \t";
  component_levels result;
  for (auto begin = text.find_first_not_of(separators);
       begin != std::string_view::npos;
       begin = text.find_first_not_of(separators)) {
    text.remove_prefix(begin);
    const auto pair = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(pair.size());
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos)
      return quoted(pair) + " is not COMPONENT=LEVEL";
    const auto name = pair.substr(0, equals);
    if (component_index(name) == log_components.size())
      return unknown_component(name);
    const auto level = parse_log_level(pair.substr(equals + 1));
    if (!level)
      return "there is no level " + quoted(pair.substr(equals + 1));
    result[std::string{name}] = *level;
  }
  return result;
}

} // namespace thunderpush
