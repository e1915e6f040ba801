#include "config/loggable.hpp"
#include "ctl/command.hpp"
#include "ctl/quantity.hpp"
#include "ctl/requests.hpp"
#include "ctl/table.hpp"
#include "ctl/terminal.hpp"

#include <iostream>

namespace thunderpush::ctl {

namespace {

result<int> users_of_channel(const invocation& call,
                             const std::string& channel) {
  auto answer = call_rest(call, http_verb::get, channel_path(channel));
  if (auto* error = std::get_if<failure>(&answer))
    return std::move(*error);
  const auto& found = std::get<json_document>(answer);
  if (call.asked.json) {
    std::cout << json_text(found) << '\n';
    return exit_code::success;
  }
  for (const auto& user : elements(found, "users")) {
    if (user.IsString())
      std::cout << one_line({user.GetString(), user.GetStringLength()}) << '\n';
  }
  return exit_code::success;
}

result<int> all_users(const invocation& call) {
  auto answer
    = list_admin(call, "users", "/users?sort=connections" + of_app(call));
  if (auto* error = std::get_if<failure>(&answer))
    return std::move(*error);
  const auto& found = std::get<json_document>(answer);
  if (call.asked.json) {
    std::cout << json_text(found) << '\n';
    return exit_code::success;
  }
  table rows{{{"user"},
              {"app"},
              {"connections", alignment::right},
              {"age", alignment::right}}};
  for (const auto& user : elements(found, "users")) {
    rows.add({text_of(user, "name"), text_of(user, "app"),
              grouped(count_of(user, "connections")),
              age_text(std::chrono::seconds{count_of(user, "age_seconds")})});
  }
  print(rows, call.colors);
  return exit_code::success;
}

} // namespace

result<int> users(const invocation& call) {
  const auto& operands = call.asked.operands;
  return operands.empty() ? all_users(call)
                          : users_of_channel(call, operands.front());
}

} // namespace thunderpush::ctl
