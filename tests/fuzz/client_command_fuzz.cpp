// What a client says is taken apart without leaving the message, and what was
// found says the same when it is put together again.

#include "actors/client_command.hpp"
#include "tests/fuzz/target.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush;
using fuzz::lies_within;
using fuzz::require;

std::vector<std::string> channels_of(std::string_view list) {
  std::vector<std::string> names;
  for_each_channel(list, [&](std::string_view name) {
    require(!name.empty() && name.size() <= 64 && lies_within(name, list));
    require(name.find_first_of(" :*/\n") == std::string_view::npos);
    names.emplace_back(name);
  });
  return names;
}

void check_list(std::string_view list) {
  const auto names = channels_of(list);
  std::string again;
  for (const auto& each : names)
    again += each + ':';
  require(again.size() <= list.size() + 1);
  require(channels_of(again) == names);
}

struct check {
  std::string_view message;

  void operator()(no_command) const {}

  void operator()(const connect_command& found) const {
    require(lies_within(found.user, message)
            && lies_within(found.key, message));
    require(found.user.find(':') == std::string_view::npos);
    require(found.key.find(':') == std::string_view::npos);
    const auto again
      = "CONNECT " + std::string{found.user} + ':' + std::string{found.key};
    const auto same = parse_command(again);
    const auto* connect = std::get_if<connect_command>(&same);
    require(connect != nullptr && connect->user == found.user
            && connect->key == found.key);
  }

  void operator()(const subscribe_command& found) const {
    require(!found.channels.empty());
    check_rest<subscribe_command>("SUBSCRIBE", found.channels,
                                  &subscribe_command::channels);
    check_list(found.channels);
  }

  void operator()(const unsubscribe_command& found) const {
    require(!found.channels.empty());
    check_rest<unsubscribe_command>("UNSUBSCRIBE", found.channels,
                                    &unsubscribe_command::channels);
    check_list(found.channels);
  }

  void operator()(const refresh_command& found) const {
    check_rest<refresh_command>("REFRESH", found.token,
                                &refresh_command::token);
  }

  void operator()(const authorize_command& found) const {
    check_rest<authorize_command>("AUTHORIZE", found.token,
                                  &authorize_command::token);
  }

  // The argument is what stands at the end of the message.
  template <class Command>
  void check_rest(std::string_view word, std::string_view argument,
                  std::string_view Command::*member) const {
    require(lies_within(argument, message) && message.ends_with(argument));
    const auto again = std::string{word} + '\t' + std::string{argument};
    const auto same = parse_command(again);
    const auto* command = std::get_if<Command>(&same);
    require(command != nullptr && command->*member == argument);
  }
};

void run(std::string_view input) {
  std::visit(check{input}, parse_command(input));
  check_list(input);
  // White space in front changes nothing.
  const auto shifted = " \n\t" + std::string{input};
  require(parse_command(shifted).index() == parse_command(input).index());
}

const fuzz::registration made{"client_command", run};

} // namespace
