#include "ctl/command.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace thunderpush::ctl {

namespace {

constexpr auto any_number = std::numeric_limits<std::size_t>::max();

constexpr std::array all_commands{
  command{"publish", "CHANNEL JSON|-", 2, 2, "send a message to a channel",
          "Prints to how many connections it went. With - the message is read\n"
          "from standard input. What is not JSON is not sent.\n",
          R"(thunderpush-ctl publish news '{"text": "Hello"}')", publish},
  command{
    "send", "USER JSON|-", 2, 2, "send a message to a user",
    "Prints to how many of the user's connections it went. With - the\n"
    "message is read from standard input. What is not JSON is not sent.\n",
    R"(echo '"Hello"' | thunderpush-ctl send alice -)", send},
  command{"online", "[USER]", 0, 1,
          "count the users online, or ask for one of them",
          "Prints how many users of the application are online, or whether\n"
          "this one is: yes or no. The exit status is 0 in both cases.\n",
          "thunderpush-ctl online alice", online},
  command{"users", "[CHANNEL]", 0, 1,
          "list who is in a channel, or all users online",
          "Prints a line for each connection that is subscribed to the\n"
          "channel. Without a channel all users are listed; that asks the\n"
          "admin endpoint.\n",
          "thunderpush-ctl users news", users},
  command{"channels", "[PREFIX]", 0, 1, "list the channels",
          "Asks the admin endpoint. The channels with most subscribers come\n"
          "first.\n",
          "thunderpush-ctl channels room-", channels},
  command{"kick", "USER", 1, 1, "disconnect a user",
          "Closes all connections of the user and tells them not to come\n"
          "back. Somebody who is not online is no error.\n",
          "thunderpush-ctl kick alice", kick},
  command{"tail", "CHANNEL...", 1, any_number,
          "print the messages of channels as they come",
          "Connects as a client does and prints each message on a line. A\n"
          "connection that is lost is opened again; standard error says so.\n"
          "Ctrl-C ends it, with status 0.\n",
          "thunderpush-ctl tail news --count 1", tail},
  command{"top", "", 0, 0, "watch the server",
          "Shows figures of the server, its homes, and its connections or\n"
          "channels, each second. Asks the admin endpoint. Keys: q quits,\n"
          "s sorts by the next column, Tab switches between connections and\n"
          "channels.\n",
          "thunderpush-ctl top --once", top},
  command{"bench", "", 0, 0, "measure deliveries and latency",
          "Subscribes to a channel of its own, publishes to it as fast as the\n"
          "server answers, and counts what arrives. Latency is from the begin\n"
          "of the request to the arrival at a subscriber. This program uses\n"
          "one thread, and its own work is part of what is measured.\n",
          "thunderpush-ctl bench --subscribers 200 --messages 2000", bench},
  command{"check", "", 0, 0, "say whether all is well",
          "Asks the server for its health, and sends a message from end to\n"
          "end, through a channel of its own. What failed is told with what\n"
          "to do about it, and the exit status is 1.\n",
          "thunderpush-ctl check --config /etc/thunderpush/thunderpush.conf",
          check},
};

} // namespace

std::span<const command> commands() {
  return all_commands;
}

const command* find_command(std::string_view name) {
  const auto* const found
    = std::find_if(all_commands.begin(), all_commands.end(),
                   [name](const command& each) { return each.name == name; });
  return found == all_commands.end() ? nullptr : found;
}

} // namespace thunderpush::ctl
