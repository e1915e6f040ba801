#include "config/loggable.hpp"
#include "ctl/command.hpp"
#include "ctl/requests.hpp"
#include "encoding/json.hpp"

#include <iostream>
#include <iterator>

namespace thunderpush::ctl {

namespace {

// The message, read from standard input if it is `-`; checked.
result<std::string> read_message(const std::string& operand) {
  const auto is_file = operand == "-";
  auto text = is_file
                ? std::string{std::istreambuf_iterator<char>{std::cin}, {}}
                : operand;
  if (const auto error = check_json(text)) {
    auto why = "the message is not JSON, at byte "
               + std::to_string(error->offset) + ": "
               + std::string{error->reason};
    if (!is_file) {
      why += " A text stands in double quotes, and those in single ones for "
             "the shell: '\"Hello\"'";
    }
    return failure{std::move(why), exit_code::usage};
  }
  return text;
}

result<int> post(const invocation& call, const std::string& path) {
  auto message = read_message(call.asked.operands.at(1));
  if (auto* error = std::get_if<failure>(&message))
    return std::move(*error);
  auto answer = call_rest(call, http_verb::post, path,
                          std::get<std::string>(std::move(message)));
  if (auto* error = std::get_if<failure>(&answer))
    return std::move(*error);
  const auto& found = std::get<json_document>(answer);
  if (call.asked.json) {
    std::cout << json_text(found) << '\n';
  } else {
    const auto count = count_of(found, "count");
    std::cout << "sent to " << count
              << (count == 1 ? " connection\n" : " connections\n");
  }
  return exit_code::success;
}

} // namespace

result<int> publish(const invocation& call) {
  const auto& channel = call.asked.operands.front();
  if (!is_channel_name(channel)) {
    return failure{"no channel can be called " + loggable(channel)
                     + ": names have 1 to 64 of a-z A-Z 0-9 _ - = @ , . ;",
                   exit_code::usage};
  }
  return post(call, channel_path(channel));
}

result<int> send(const invocation& call) {
  const auto& user = call.asked.operands.front();
  if (user.empty()) {
    return failure{"a user with an empty name cannot be addressed",
                   exit_code::usage};
  }
  return post(call, user_path(user));
}

} // namespace thunderpush::ctl
