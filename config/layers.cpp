#include "config/layers.hpp"

#include "config/named_section.hpp"

#include <boost/any.hpp>
#include <boost/program_options/option.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <utility>

namespace thunderpush {

namespace po = boost::program_options;

// Program_options finds this by its last parameters. Values were checked
// against the option table before: there is nothing left to refuse.
static void validate(boost::any& stored, const std::vector<std::string>& tokens,
                     sourced_value*, int) {
  stored = sourced_value{tokens.at(0), tokens.at(1)};
}

layers::layers(std::span<const named_section> sections) {
  const auto add = [this](const std::string& section, std::string_view key) {
    known_.add_options()((section + '.' + std::string{key}).c_str(),
                         po::value<sourced_value>(), "");
  };
  for (const auto& one : option_table()) {
    if (section_kind_of(one.section) == nullptr)
      add(std::string{one.section}, one.key);
    for (const auto& each : sections)
      if (table_section(each.section) == one.section)
        add(each.section, one.key);
  }
}

void layers::add_below(std::span<const assignment> values) {
  po::parsed_options parsed{&known_};
  for (const auto& one : values) {
    // A weaker source cannot contradict a stronger one with the other
    // spelling.
    const auto other = other_spelling(one.key);
    if (!other.empty() && find(one.section, other))
      continue;
    parsed.options.emplace_back(
      one.name(), std::vector<std::string>{one.value, one.source});
  }
  po::store(parsed, values_);
}

std::optional<sourced_value> layers::find(std::string_view section,
                                          std::string_view key) const {
  const auto found
    = values_.find(std::string{section} + '.' + std::string{key});
  if (found == values_.end() || found->second.empty())
    return std::nullopt;
  return found->second.as<sourced_value>();
}

} // namespace thunderpush
