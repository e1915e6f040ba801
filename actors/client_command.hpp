#pragma once

#include <string_view>
#include <variant>

namespace thunderpush {

/// `CONNECT USER:KEY`, or `CONNECT TOKEN:KEY`
struct connect_command {
  std::string_view user; ///< Or the token.
  std::string_view key;
};

/// `SUBSCRIBE C1[:C2...]`
struct subscribe_command {
  std::string_view channels; ///< See `for_each_channel`.
};

/// `UNSUBSCRIBE C1[:C2...]`
struct unsubscribe_command {
  std::string_view channels; ///< See `for_each_channel`.
};

/// `REFRESH TOKEN`: a fresh token in place of the one that was connected with.
struct refresh_command {
  std::string_view token;
};

/// `AUTHORIZE TOKEN`: a token that permits subscriptions.
struct authorize_command {
  std::string_view token;
};

/// Anything else: such messages are ignored.
struct no_command {};

/// What a client's message says. Views point into the message.
using client_command
  = std::variant<no_command, connect_command, subscribe_command,
                 unsubscribe_command, refresh_command, authorize_command>;

/// Reads a client's message: optional white space, a word in capitals, white
/// space, the argument up to the end, with its trailing white space.
client_command parse_command(std::string_view message) noexcept;

/// Calls `take` for each name in a list of channels that may be a channel's.
/// Others, and empty ones, are left out.
template <class Take>
void for_each_channel(std::string_view list, Take&& take);

} // namespace thunderpush

#include "actors/channel_name.hpp"

namespace thunderpush {

template <class Take>
void for_each_channel(std::string_view list, Take&& take) {
  while (!list.empty()) {
    const auto name = list.substr(0, list.find(':'));
    list.remove_prefix(name.size());
    if (!list.empty())
      list.remove_prefix(1);
    if (is_channel_name(name))
      take(name);
  }
}

} // namespace thunderpush
