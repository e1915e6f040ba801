#include "config/configuration.hpp"

#include "config/command_line.hpp"
#include "config/environment.hpp"
#include "config/exit_status.hpp"
#include "config/ini_file.hpp"
#include "config/ini_text.hpp"
#include "config/layers.hpp"
#include "config/loggable.hpp"
#include "config/named_section.hpp"
#include "config/settings_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace thunderpush {

namespace {

constexpr auto default_source = "default";

constexpr std::string_view how_to_add_an_app
  = "no app is configured, so nobody could connect or publish; add a section "
    "such as\n"
    "    [app.main]\n"
    "    key = public\n"
    "    secret = a long random text\n"
    "  or set THUNDERPUSH_APP__MAIN__KEY and THUNDERPUSH_APP__MAIN__SECRET";

// What differs from the table if the server is started as the original was.
struct original_default {
  std::string_view section;
  std::string_view key;
  std::string_view value;
};

constexpr std::array original_defaults{
  original_default{"server", "host", ""},
  original_default{"server", "pid_file", "/tmp/thunderpush.pid"},
  original_default{"admin", "listen", "off"}};

assignments defaults(std::span<const named_section> sections,
                     bool as_the_original) {
  assignments result;
  const auto add = [&result](std::string section, const option& one) {
    result.values.push_back({std::move(section), std::string{one.key},
                             std::string{*one.default_text}, default_source});
  };
  for (const auto& one : option_table()) {
    if (!one.default_text)
      continue;
    if (section_kind_of(one.section) == nullptr)
      add(std::string{one.section}, one);
    for (const auto& each : sections)
      if (table_section(each.section) == one.section)
        add(each.section, one);
  }
  // Within one source the last value counts.
  if (as_the_original) {
    for (const auto& one : original_defaults) {
      result.values.push_back({std::string{one.section}, std::string{one.key},
                               std::string{one.value}, default_source});
    }
  }
  return result;
}

// Which of two spellings in one source counts cannot be guessed.
void refuse_two_spellings(assignments& source) {
  for (const auto& file : source.values) {
    if (!file.key.ends_with("_file"))
      continue;
    for (const auto& one : source.values) {
      if (one.key == other_spelling(file.key) && one.section == file.section) {
        source.problems.push_back(
          file.source + ": [" + file.section + "] has a " + file.key + " and a "
          + one.key + " (" + one.source + "); remove one of the two");
      }
    }
  }
}

early_exit bad_configuration(const std::vector<std::string>& problems) {
  early_exit result{exit_status::bad_configuration, {}, {}};
  for (const auto& one : problems)
    result.err += one + '\n';
  result.err
    += "thunderpush: "
       + (problems.size() == 1 ? std::string{"1 mistake"}
                               : std::to_string(problems.size()) + " mistakes")
       + " in the configuration\n";
  return result;
}

using sources = std::array<const assignments*, 3>;

// All sections that have a name, each once.
std::vector<named_section> all_sections(const sources& from) {
  std::vector<named_section> result;
  for (const auto* source : from) {
    for (const auto& one : source->sections) {
      if (std::none_of(result.begin(), result.end(),
                       [&one](const named_section& known) {
                         return known.section == one.section;
                       }))
        result.push_back(one);
    }
  }
  return result;
}

void append(std::vector<std::string>& to,
            const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

std::string warning_lines(const std::vector<std::string>& warnings) {
  std::string result;
  for (const auto& one : warnings)
    result += "warning: " + one + '\n';
  return result;
}

std::vector<effective_option>
options_in_effect(const layers& values,
                  std::span<const named_section> sections) {
  std::vector<effective_option> found;
  const auto add = [&](const option& which, const std::string& section) {
    const auto key = std::string{which.key};
    if (auto value = values.find(section, key))
      found.push_back({section + '.' + key,
                       which.confidential
                         ? std::nullopt
                         : std::optional{std::move(value->text)},
                       std::move(value->source)});
  };
  for (const auto& each : option_table()) {
    if (section_kind_of(each.section) == nullptr)
      add(each, std::string{each.section});
    for (const auto& one : sections)
      if (table_section(one.section) == each.section)
        add(each, one.section);
  }
  return found;
}

// What the file says that --config names; nothing without one.
std::variant<assignments, file_error> read_file_of(const command_line& asked,
                                                   const file_reader& read) {
  if (!asked.config_file)
    return assignments{};
  auto text = read(*asked.config_file);
  if (auto* error = std::get_if<file_error>(&text))
    return std::move(*error);
  return read_ini(std::get<std::string>(text), *asked.config_file);
}

// Lays the sources over each other, looks at the whole, and answers what was
// asked for.
std::variant<configuration, early_exit>
combine(const command_line& asked, const assignments& variables,
        const assignments& file, std::string_view version,
        const file_reader& read_file, const token_key_check& check_key,
        const tls_check& check_tls) {
  const sources in_order{&file, &variables, &asked.given};
  const auto sections = all_sections(in_order);
  layers values{sections};
  values.add_below(asked.given.values);
  values.add_below(variables.values);
  values.add_below(file.values);
  values.add_below(defaults(sections, asked.has_key_pair).values);

  std::vector<std::string> problems;
  std::vector<std::string> refused;
  for (const auto* source : in_order) {
    append(problems, source->problems);
    append(refused, source->refused);
  }
  auto built = build_settings(values, sections, refused, read_file, check_key,
                              check_tls);
  append(problems, built.problems);
  if (std::none_of(in_order.begin(), in_order.end(),
                   [](const auto* one) { return one->names_an_app(); })) {
    problems.push_back(one_line(asked.config_file.value_or("")) + ": "
                       + std::string{how_to_add_an_app});
  }
  if (!problems.empty())
    return bad_configuration(problems);
  if (!asked.print_config && !asked.check_config) {
    built.result.options = options_in_effect(values, sections);
    return std::move(built.result);
  }
  return early_exit{exit_status::success,
                    asked.print_config
                      ? effective_configuration(values, sections, version)
                      : "The configuration is OK.\n",
                    warning_lines(built.result.warnings)};
}

} // namespace

std::variant<configuration, early_exit>
read_configuration(std::span<const std::string> arguments,
                   std::span<const std::string> environment,
                   std::string_view version, const file_reader& read_file,
                   const token_key_check& check_key,
                   const tls_check& check_tls) {
  auto parsed = parse_command_line(arguments, version);
  if (auto* exit = std::get_if<early_exit>(&parsed))
    return std::move(*exit);
  auto& asked = std::get<command_line>(parsed);
  refuse_two_spellings(asked.given);
  if (!asked.given.problems.empty())
    return usage_error(asked.given.problems.front());

  auto variables = read_environment(environment);
  refuse_two_spellings(variables);
  if (!asked.config_file && !asked.given.names_an_app()
      && !variables.names_an_app()) {
    return usage_error("the following arguments are required: clientkey, "
                       "apikey, or --config FILE");
  }

  auto file = read_file_of(asked, read_file);
  // Without the file everything else would look wrong as well.
  if (const auto* error = std::get_if<file_error>(&file))
    return bad_configuration({cannot_read(*asked.config_file, *error)});
  auto& lines = std::get<assignments>(file);
  refuse_two_spellings(lines);
  return combine(asked, variables, lines, version, read_file, check_key,
                 check_tls);
}

} // namespace thunderpush
