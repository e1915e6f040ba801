#include "ctl/command.hpp"
#include "ctl/quantity.hpp"
#include "ctl/requests.hpp"
#include "ctl/table.hpp"
#include "ctl/terminal.hpp"

#include <iostream>

namespace thunderpush::ctl {

result<int> channels(const invocation& call) {
  const auto& operands = call.asked.operands;
  auto path = "/channels?sort=subscribers" + of_app(call);
  if (!operands.empty())
    path += "&prefix=" + escape_path_part(operands.front());
  auto answer = list_admin(call, "channels", path);
  if (auto* error = std::get_if<failure>(&answer))
    return std::move(*error);
  const auto& found = std::get<json_document>(answer);
  if (call.asked.json) {
    std::cout << json_text(found) << '\n';
    return exit_code::success;
  }
  table rows{{{"channel"},
              {"app"},
              {"subscribers", alignment::right},
              {"under way", alignment::right},
              {"age", alignment::right}}};
  for (const auto& channel : elements(found, "channels")) {
    rows.add(
      {text_of(channel, "name"), text_of(channel, "app"),
       grouped(count_of(channel, "subscribers")),
       bytes_text(count_of(channel, "bytes_under_way")),
       age_text(std::chrono::seconds{count_of(channel, "age_seconds")})});
  }
  print(rows, call.colors);
  return exit_code::success;
}

} // namespace thunderpush::ctl
