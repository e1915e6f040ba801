#include "api/log_levels.hpp"

#include "api/admin_answers.hpp"
#include "config/log.hpp"
#include "config/log_component.hpp"
#include "encoding/json_members.hpp"
#include "encoding/json_object.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace thunderpush {

namespace {

constexpr std::array all_levels{log_level::trace, log_level::debug,
                                log_level::info,  log_level::warning,
                                log_level::error, log_level::off};

std::optional<log_level> level_named(std::string_view name) {
  for (const auto each : all_levels)
    if (to_string(each) == name)
      return each;
  return std::nullopt;
}

std::string levels_text() {
  std::string names;
  for (const auto each : all_levels)
    names.append(names.empty() ? "" : ", ").append(to_string(each));
  return names;
}

std::string components_text() {
  std::string names;
  for (const auto each : log_components)
    names.append(names.empty() ? "" : ", ").append(each);
  return names;
}

} // namespace

http_response log_levels_answer() {
  const auto levels = log_levels();
  std::string body;
  json_object members{body};
  members.text("level", to_string(levels.level));
  json_object components{members.member("components")};
  for (const auto& [name, level] : levels.components)
    components.text(name, to_string(level));
  components.end();
  members.end();
  return json_answer(200, std::move(body));
}

http_response change_log_level(std::string_view body) {
  const auto members = parse_json_members(body);
  if (!members || !members->contains("level")
      || members->size() > 1 + members->count("component"))
    return error_answer(
      query_error{"Send a JSON object: {\"level\": L}, for one component "
                  "{\"level\": L, \"component\": C}."});
  const auto level = level_named(members->at("level"));
  if (!level)
    return error_answer(query_error{
      "There is no such level. Allowed are: " + levels_text() + '.'});
  const auto component = members->find("component");
  if (component == members->end())
    set_log_level(*level);
  else if (!set_log_level(component->second, *level))
    return error_answer(query_error{
      "There is no such component. Allowed are: " + components_text() + '.'});
  return log_levels_answer();
}

} // namespace thunderpush
