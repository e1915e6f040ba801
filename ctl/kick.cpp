#include "config/loggable.hpp"
#include "ctl/command.hpp"
#include "ctl/requests.hpp"

#include <iostream>

namespace thunderpush::ctl {

result<int> kick(const invocation& call) {
  const auto& user = call.asked.operands.front();
  if (user.empty()) {
    return failure{"a user with an empty name cannot be addressed",
                   exit_code::usage};
  }
  auto answer = call_rest(call, http_verb::delete_, user_path(user));
  if (auto* error = std::get_if<failure>(&answer))
    return std::move(*error);
  if (call.asked.json) {
    std::cout << R"({"disconnected":)" << json_text(user) << "}\n";
  } else {
    std::cout << "disconnected " << one_line(user) << '\n';
  }
  return exit_code::success;
}

} // namespace thunderpush::ctl
