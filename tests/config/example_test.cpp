#include "config/configuration.hpp"
#include "config/ini_file.hpp"
#include "config/ini_text.hpp"
#include "config/named_section.hpp"
#include "config/option_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace thunderpush {

namespace {

std::string installed_example() {
  return std::get<std::string>(read_text_file(THUNDERPUSH_EXAMPLE_CONFIG));
}

settings settings_of(const std::string& text) {
  auto read = read_configuration(
    std::vector<std::string>{"--config", "thunderpush.conf"}, {}, "1.2.3",
    [&text](const std::string&) -> file_text { return text; });
  if (const auto* exit = std::get_if<early_exit>(&read))
    FAIL(exit->err);
  return std::get<configuration>(read).values;
}

// The text with the options that are commented out in effect.
std::string uncommented(const std::string& text) {
  std::istringstream lines{text};
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#') && !line.starts_with("# ") && line != "#")
      line.erase(0, 1);
    result += line + '\n';
  }
  return result;
}

settings documented_settings() {
  settings result;
  result.apps = {{"main", "public", "secret"}};
  return result;
}

} // namespace

TEST_SUITE("example") {
  TEST_CASE("the installed example is the one made from the table") {
    const auto expected = documented_example();
    const auto is_current = installed_example() == expected;
    if (!is_current)
      std::ofstream{"thunderpush.conf"} << expected;
    CHECK_MESSAGE(is_current, "packaging/thunderpush.conf is out of date; the "
                              "current text was written to thunderpush.conf "
                              "in the working directory of this test");
  }

  TEST_CASE("it is read without a complaint") {
    CHECK(settings_of(installed_example()) == documented_settings());
  }

  TEST_CASE("the defaults it names are the defaults") {
    std::istringstream lines{uncommented(installed_example())};
    std::string text;
    bool has_defaults = true;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('['))
        has_defaults
          = line.find('.') == std::string::npos || line == "[app.main]";
      // These have no default, or exclude another.
      const auto key = line.substr(0, line.find(" = "));
      const auto excluded = key == "token" || key.ends_with("token_key")
                            || key.ends_with("_file");
      if (has_defaults && (!excluded || key == "pid_file"))
        text += line + '\n';
    }
    CHECK(settings_of(text) == documented_settings());
  }

  TEST_CASE("its sections that are commented out can be used") {
    const auto found
      = settings_of(installed_example()
                    + "[listener.inside]\nlisten = unix:/run/tp.sock\n"
                      "[secret.reader]\napp = main\nsecret = s\nrights = read\n"
                      "[namespace.news]\nprefix = news-\n");
    CHECK(found.listeners.size() == 1);
    CHECK(found.secrets.size() == 1);
    CHECK(found.namespaces.size() == 1);
  }

  TEST_CASE("it names every option once, in its section, with its default") {
    const auto lines = parse_ini(uncommented(installed_example()));
    CHECK(lines.problems.empty());
    CHECK(lines.entries.size() == option_table().size());
    for (const auto& one : option_table()) {
      const auto section = example_section(one.section);
      const auto found = std::find_if(
        lines.entries.begin(), lines.entries.end(),
        [&section, &one](const ini_entry& entry) {
          return entry.section == section && entry.key == one.key;
        });
      REQUIRE_MESSAGE(found != lines.entries.end(), one.key);
      CHECK(found->value == one.default_text.value_or(one.example));
    }
  }

  TEST_CASE("no line is longer than eighty columns") {
    std::istringstream lines{installed_example()};
    for (std::string line; std::getline(lines, line);)
      CHECK_MESSAGE(line.size() <= 80, line);
  }
}

} // namespace thunderpush
