#include "ctl/command.hpp"
#include "ctl/requests.hpp"

#include <iostream>

namespace thunderpush::ctl {

result<int> online(const invocation& call) {
  const auto& operands = call.asked.operands;
  auto answer
    = call_rest(call, http_verb::get,
                operands.empty() ? "/users/" : user_path(operands.front()));
  if (auto* error = std::get_if<failure>(&answer))
    return std::move(*error);
  const auto& found = std::get<json_document>(answer);
  if (call.asked.json) {
    std::cout << json_text(found) << '\n';
  } else if (operands.empty()) {
    std::cout << count_of(found, "count") << '\n';
  } else {
    std::cout << (member(found, "online").IsTrue() ? "yes\n" : "no\n");
  }
  return exit_code::success;
}

} // namespace thunderpush::ctl
