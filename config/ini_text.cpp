#include "config/ini_text.hpp"

#include "config/ini_file.hpp"
#include "config/loggable.hpp"
#include "config/named_section.hpp"

#include <array>

namespace thunderpush {

namespace {

constexpr std::string_view example_introduction
  = "# Configuration of thunderpush.\n"
    "#\n"
    "# A line is a [section], key = value, or a comment, which begins with # "
    "or\n"
    "# ;. Everything after the = is the value, # and ; included; double "
    "quotes\n"
    "# around it keep blanks at its ends.\n"
    "#\n"
    "# Durations: 500ms, 25s, 2m, 1h; a plain number is seconds.\n"
    "# Sizes: 512B, 64KiB, 1MiB, 1GiB; a plain number is bytes.\n"
    "# Switches: on or off.\n"
    "#\n"
    "# Options that are commented out show their defaults. Each is also read\n"
    "# from the environment, as THUNDERPUSH_SECTION__KEY (for an app\n"
    "# THUNDERPUSH_APP__NAME__KEY), and can be given on the command line, as\n"
    "# --set section.key=value. The command line is stronger than the\n"
    "# environment, and that is stronger than this file.\n"
    "#\n"
    "# Check it with: thunderpush --config FILE --check-config\n";

struct introduction {
  std::string_view section;
  std::string_view text;
};

constexpr std::array introductions{
  introduction{"listener",
               "# One section for each further address, with a name of your "
               "choice.\n"},
  introduction{
    "app",
    "# One section for each application that may use the server. CHANGE KEY "
    "AND\n"
    "# SECRET: these are in every copy of this file. Whoever knows the secret\n"
    "# may send to every user. Let only the server's user read this file.\n"},
  introduction{"secret", "# One section for each further secret of an app, "
                         "with rights of its own.\n"},
  introduction{"namespace", "# One section for channels whose names begin "
                            "alike.\n"},
};

void begin_section(std::string& text, std::string_view section) {
  text += "\n[" + std::string{section} + "]\n";
}

std::string entry(std::string_view key, std::string_view value) {
  return std::string{key} + " = " + ini_value(value) + '\n';
}

// The options of one section of the table, as it is called in a file.
void append_section(std::string& text, const layers& values,
                    std::string_view table_section, std::string_view section) {
  begin_section(text, section);
  for (const auto& one : option_table()) {
    const auto value = one.section == table_section
                         ? values.find(section, one.key)
                         : std::nullopt;
    if (!value)
      continue;
    text += "# " + one_line(value->source) + '\n';
    text += one.confidential ? "# " + std::string{one.key} + " = (not shown)\n"
                             : entry(one.key, value->text);
  }
}

// An app there must be; what else has a name is commented out.
void begin_documented_section(std::string& text,
                              std::string_view table_section) {
  const bool optional
    = section_kind_of(table_section) != nullptr && table_section != "app";
  const auto name = example_section(table_section);
  if (optional)
    text += "\n#[" + name + "]\n";
  else
    begin_section(text, name);
  for (const auto& each : introductions)
    if (each.section == table_section)
      text += each.text;
}

} // namespace

std::string effective_configuration(const layers& values,
                                    std::span<const named_section> sections,
                                    std::string_view version) {
  auto text = "# The configuration in effect of thunderpush "
              + std::string{version} + ".\n";
  std::string_view last;
  for (const auto& one : option_table()) {
    if (one.section == last)
      continue;
    last = one.section;
    if (section_kind_of(last) == nullptr)
      append_section(text, values, last, last);
    for (const auto& each : sections)
      if (table_section(each.section) == last)
        append_section(text, values, last, each.section);
  }
  return text;
}

std::string documented_example() {
  std::string text{example_introduction};
  std::string_view last;
  for (const auto& one : option_table()) {
    if (one.section != last) {
      last = one.section;
      begin_documented_section(text, last);
    }
    const auto value = one.default_text ? *one.default_text : one.example;
    text += "\n# " + std::string{one.help} + "\n# Takes " + one.allowed + ".\n"
            + (one.essential ? "" : "#") + entry(one.key, value);
  }
  return text;
}

} // namespace thunderpush
