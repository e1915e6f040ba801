// A configuration file: each line means something or is refused by its number,
// and what is in effect can be written as a file that means the same.

#include "config/configuration.hpp"
#include "config/exit_status.hpp"
#include "config/ini_file.hpp"
#include "config/value.hpp"
#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush;
using fuzz::require;

constexpr std::string_view path = "thunderpush.conf";

using words = std::vector<std::string>;

const words as_file{"--config", std::string{path}};

// A disk that has the file, and some that hold a secret.
file_reader disk_with(std::string_view text) {
  return [text](const std::string& wanted) -> file_text {
    if (wanted == path)
      return std::string{text};
    if (wanted.starts_with("/run/"))
      return std::string{"a secret of sixteen characters or more\n"};
    return file_error{"No such file or directory"};
  };
}

std::variant<configuration, early_exit> read(std::string_view text,
                                             const words& arguments) {
  return read_configuration(arguments, {}, "2.0", disk_with(text));
}

bool is_known(const std::vector<std::size_t>& lines, std::size_t count) {
  return std::is_sorted(lines.begin(), lines.end())
         && (lines.empty() || (lines.front() >= 1 && lines.back() <= count));
}

template <class Items>
std::vector<std::size_t> lines_of(const Items& items) {
  std::vector<std::size_t> found;
  for (const auto& each : items)
    found.push_back(each.line);
  return found;
}

ini_lines check_lines(std::string_view text) {
  auto lines = parse_ini(text);
  const auto count
    = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  require(is_known(lines_of(lines.sections), count));
  require(is_known(lines_of(lines.entries), count));
  require(is_known(lines_of(lines.problems), count));
  for (const auto& each : lines.problems)
    require(each.text.find('\n') == std::string::npos);
  return lines;
}

// What was parsed, written again, parses as the same, if it can be written.
void check_spelling(const ini_lines& lines) {
  for (const auto& each : lines.entries) {
    if (has_control_bytes(each.key) || has_control_bytes(each.value))
      continue;
    const auto again = parse_ini("[" + each.section + "]\n" + each.key + " = "
                                 + ini_value(each.value));
    require(again.problems.empty() && again.entries.size() == 1);
    const auto& same = again.entries.front();
    require(same.section == each.section && same.key == each.key
            && same.value == each.value);
  }
}

// The file that --print-config wrote, with the secrets of the original.
std::string with_secrets(std::string_view printed, const assignments& given) {
  std::string out;
  std::string section;
  fuzz::input_reader in{printed};
  while (!in.rest().empty()) {
    const std::string line{in.line()};
    if (line.starts_with('['))
      section = line.substr(1, line.size() - 2);
    const auto hidden = line.find(" = (not shown)");
    if (!line.starts_with("# ") || hidden == std::string::npos) {
      out += line + '\n';
      continue;
    }
    const auto key = line.substr(2, hidden - 2);
    for (const auto& each : given.values)
      if (each.section == section && each.key == key)
        out += key + " = " + ini_value(each.value) + '\n';
  }
  return out;
}

void check_refusal(const early_exit& refused) {
  require(refused.status == exit_status::bad_configuration);
  require(refused.out.empty() && refused.err.ends_with('\n'));
  require(is_valid_utf8(refused.err));
}

// Whether the same was in effect not long ago: most changes of a file change
// nothing, and what is in effect is all that is written.
bool is_known(const configuration& found) {
  static std::array<std::size_t, 1 << 16> known{};
  std::string all;
  for (const auto& each : found.options)
    all.append(each.name).append("=").append(each.value.value_or("")) += '\n';
  const auto hash = std::hash<std::string>{}(all);
  return std::exchange(known[hash % known.size()], hash) == hash;
}

// What --print-config writes means the same.
void check_printed(std::string_view input, const assignments& given,
                   const configuration& found) {
  const auto printed
    = read(input, {"--config", std::string{path}, "--print-config"});
  const auto& text = std::get<early_exit>(printed);
  require(text.status == exit_status::success);
  const auto again = read(with_secrets(text.out, given), as_file);
  const auto* same = std::get_if<configuration>(&again);
  require(same != nullptr && same->values == found.values);
}

void run(std::string_view input) {
  const auto lines = check_lines(input);
  check_spelling(lines);
  const auto given = read_ini(input, path);
  // One line each, and all that cannot be used.
  for (const auto& each : given.problems)
    require(is_valid_utf8(each) && each.find('\n') == std::string::npos);
  require(given.values.size() <= lines.entries.size());
  // The rest takes long, and there is little new in most refusals.
  constexpr std::size_t seldom = 8;
  const bool may_be_right = given.problems.empty() && given.names_an_app();
  if (!may_be_right && input.size() % seldom != 0)
    return;
  const auto found = read(input, as_file);
  if (const auto* refused = std::get_if<early_exit>(&found)) {
    check_refusal(*refused);
    return;
  }
  require(given.problems.empty());
  const auto& in_effect = std::get<configuration>(found);
  if (!is_known(in_effect))
    check_printed(input, given, in_effect);
}

const fuzz::registration made{"config_file", run};

} // namespace
