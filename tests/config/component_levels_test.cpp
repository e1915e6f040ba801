#include "config/component_levels.hpp"

#include "config/log_component.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

namespace thunderpush {

namespace {

component_levels accepted(std::string_view text) {
  auto result = parse_component_levels(text);
  if (const auto* reason = std::get_if<std::string>(&result))
    FAIL(*reason);
  return std::get<component_levels>(result);
}

std::string refused(std::string_view text) {
  auto result = parse_component_levels(text);
  REQUIRE(std::holds_alternative<std::string>(result));
  return std::get<std::string>(result);
}

// The components that calls of the log in this text name: the first literal
// behind `log_warning(` or `log_event(LEVEL,`.
std::set<std::string> named_in(std::string_view source) {
  std::set<std::string> result;
  for (const std::string_view call :
       {"log_event(", "log_trace(", "log_debug(", "log_info(", "log_warning(",
        "log_error("}) {
    for (auto at = source.find(call); at != std::string_view::npos;
         at = source.find(call, at + 1)) {
      const auto rest = source.substr(at + call.size());
      const auto begin = rest.find_first_of("\";)");
      if (begin != std::string_view::npos && rest[begin] == '"') {
        const auto name = rest.substr(begin + 1);
        result.emplace(name.substr(0, name.find('"')));
      }
    }
  }
  return result;
}

std::set<std::string> named_in_folder(const std::filesystem::path& folder) {
  std::set<std::string> result;
  for (const auto& one :
       std::filesystem::recursive_directory_iterator{folder}) {
    const auto kind = one.path().extension();
    if (kind != ".cpp" && kind != ".hpp")
      continue;
    std::ifstream file{one.path()};
    const std::string source{std::istreambuf_iterator<char>{file}, {}};
    result.merge(named_in(source));
  }
  return result;
}

} // namespace

TEST_SUITE("component levels") {
  TEST_CASE("pairs stand between commas or blanks") {
    const component_levels two{{"actors", log_level::warning},
                               {"http", log_level::debug}};
    CHECK(accepted("http=debug, actors=warning") == two);
    CHECK(accepted(" http=debug\tactors=Warning,,") == two);
    CHECK(accepted("").empty());
    CHECK(accepted(" , ").empty());
  }

  TEST_CASE("of a repeated component the last counts") {
    CHECK(accepted("http=debug http=off").at("http") == log_level::off);
  }

  TEST_CASE("an unknown component is refused with what was meant") {
    CHECK(refused("htttp=debug")
          == "there is no component \"htttp\"; did you mean http?");
    CHECK(refused("http=debug, transport=info")
            .starts_with("there is no component \"transport\"; there are "
                         "actors, admin, "));
    CHECK(refused("HTTP=debug").starts_with("there is no component \"HTTP\""));
    CHECK(refused("=debug").starts_with("there is no component \"\""));
  }

  TEST_CASE("an unknown level is refused") {
    CHECK(refused("http=loud") == "there is no level \"loud\"");
    CHECK(refused("http=") == "there is no level \"\"");
    CHECK(refused("http=debug=info") == "there is no level \"debug=info\"");
  }

  TEST_CASE("a word alone is refused") {
    CHECK(refused("http") == "\"http\" is not COMPONENT=LEVEL");
    CHECK(refused("http = debug") == "\"http\" is not COMPONENT=LEVEL");
  }

  TEST_CASE("components are listed in alphabetical order, each once") {
    CHECK(std::is_sorted(log_components.begin(), log_components.end()));
    CHECK(std::adjacent_find(log_components.begin(), log_components.end())
          == log_components.end());
    for (std::size_t i = 0; i < log_components.size(); ++i)
      CHECK(component_index(log_components[i]) == i);
    CHECK(component_index("none") == log_components.size());
  }

  TEST_CASE("every component that the sources log as is listed") {
    std::set<std::string> named;
    for (const auto* folder : {"actors", "api", "config", "transport"}) {
      named.merge(
        named_in_folder(std::filesystem::path{THUNDERPUSH_SOURCES} / folder));
    }
    CHECK(named.contains("http"));
    for (const auto& one : named)
      CHECK_MESSAGE(component_index(one) < log_components.size(), one);
  }
}

} // namespace thunderpush
