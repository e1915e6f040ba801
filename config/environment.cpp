#include "config/environment.hpp"

#include "config/loggable.hpp"
#include "config/named_section.hpp"
#include "config/suggestion.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace thunderpush {

namespace {

constexpr std::string_view prefix = "THUNDERPUSH_";
constexpr std::string_view separator = "__";

std::string upper_case(std::string_view text) {
  std::string result{text};
  for (auto& c : result) {
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string lower_case(std::string_view text) {
  std::string result{text};
  for (auto& c : result) {
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Kubernetes and Docker links describe a service called "thunderpush" to its
// neighbours in THUNDERPUSH_SERVICE_HOST, THUNDERPUSH_PORT=tcp://... and
// THUNDERPUSH_PORT_80_TCP_ADDR. Nobody wrote those for us.
bool describes_a_service(std::string_view name, std::string_view value) {
  name.remove_prefix(prefix.size());
  if (name.find(separator) != std::string_view::npos)
    return false;
  constexpr std::string_view numbered = "PORT_";
  return name == "SERVICE_HOST" || name == "SERVICE_PORT"
         || name.starts_with("SERVICE_PORT_")
         || (name == "PORT" && value.find("://") != std::string_view::npos)
         || (name.starts_with(numbered) && name.size() > numbered.size()
             && name[numbered.size()] >= '0' && name[numbered.size()] <= '9');
}

// The section and key that a variable's name spells, known or not.
std::pair<std::string, std::string> spelled_by(std::string_view name) {
  const auto words = lower_case(name.substr(prefix.size()));
  const auto first = words.find(separator);
  const auto last = words.rfind(separator);
  if (first == std::string::npos)
    return {};
  auto section = words.substr(0, first);
  if (first < last) {
    const auto begin = first + separator.size();
    section += '.';
    if (begin < last)
      section += words.substr(begin, last - begin);
  }
  return {section, words.substr(last + separator.size())};
}

std::string unknown_variable(std::string_view name) {
  const auto wanted = upper_case(name);
  const auto spelled = spelled_by(name).first;
  std::vector<std::string> candidates;
  std::optional<std::string> guess;
  for (const auto& one : option_table()) {
    const auto section = table_section(spelled) == one.section
                           ? spelled
                           : example_section(one.section);
    candidates.push_back(variable_name(section, one.key));
    // THUNDERPUSH_PORT: the section was forgotten.
    if (wanted == std::string{prefix} + upper_case(one.key))
      guess = candidates.back();
  }
  if (!guess)
    guess = closest(wanted, candidates);
  return loggable(name) + ": no option is called so"
         + (guess ? "; did you mean " + *guess + "?"
                  : "; names are THUNDERPUSH_SECTION__KEY, such as "
                    "THUNDERPUSH_SERVER__PORT, or "
                    "THUNDERPUSH_APP__NAME__KEY");
}

void take(std::string_view name, std::string_view value, assignments& into) {
  const auto [section, key] = spelled_by(name);
  const auto* known = find_option(section, key);
  if (known == nullptr || variable_name(section, key) != name) {
    into.problems.push_back(unknown_variable(name));
    return;
  }
  std::string source{name};
  if (!section_name(section).empty())
    into.sections.push_back({section, source});
  if (const auto reason = complaint(*known, value)) {
    into.problems.push_back(source + ": " + *reason);
    into.refused.push_back(section + '.' + key);
    return;
  }
  into.values.push_back({section, key, std::string{value}, std::move(source)});
}

} // namespace

std::string variable_name(std::string_view section, std::string_view key) {
  auto result = std::string{prefix};
  result += upper_case(table_section(section));
  if (const auto name = section_name(section); !name.empty())
    result += std::string{separator} + upper_case(name);
  return result + std::string{separator} + upper_case(key);
}

assignments read_environment(std::span<const std::string> variables) {
  assignments result;
  for (const auto& variable : variables) {
    const std::string_view whole = variable;
    const auto equals = std::min(whole.find('='), whole.size());
    const auto name = whole.substr(0, equals);
    const auto value = whole.substr(std::min(equals + 1, whole.size()));
    if (name.starts_with(prefix) && !describes_a_service(name, value))
      take(name, value, result);
  }
  return result;
}

} // namespace thunderpush
