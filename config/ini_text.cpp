#include "config/ini_text.hpp"

#include "config/ini_file.hpp"
#include "config/loggable.hpp"

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

constexpr std::string_view app_introduction
  = "# One section for each application that may use the server. CHANGE KEY "
    "AND\n"
    "# SECRET: these are in every copy of this file. Whoever knows the secret\n"
    "# may send to every user. Let only the server's user read this file.\n";

constexpr std::string_view main_app = "app.main";

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

} // namespace

std::string effective_configuration(const layers& values,
                                    std::span<const named_app> apps,
                                    std::string_view version) {
  auto text = "# The configuration in effect of thunderpush "
              + std::string{version} + ".\n";
  std::string_view last;
  for (const auto& one : option_table()) {
    if (one.section == last)
      continue;
    last = one.section;
    if (one.section != "app") {
      append_section(text, values, last, last);
    } else {
      for (const auto& app : apps)
        append_section(text, values, last, "app." + app.name);
    }
  }
  return text;
}

std::string documented_example() {
  std::string text{example_introduction};
  std::string_view last;
  for (const auto& one : option_table()) {
    if (one.section != last) {
      last = one.section;
      begin_section(text, last == "app" ? main_app : last);
      if (last == "app")
        text += app_introduction;
    }
    const auto value = one.default_text ? *one.default_text : one.example;
    text += "\n# " + std::string{one.help} + "\n# Takes " + one.allowed + ".\n"
            + (one.essential ? "" : "#") + entry(one.key, value);
  }
  return text;
}

} // namespace thunderpush
