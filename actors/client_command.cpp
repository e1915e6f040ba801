#include "actors/client_command.hpp"

#include <algorithm>

namespace thunderpush {

namespace {

// What Python's `\s` matches among ASCII, which is what clients rely on.
constexpr bool is_space(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}

constexpr bool is_capital(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}

std::string_view skip_space(std::string_view text) noexcept {
  const auto* first = std::find_if_not(text.begin(), text.end(), is_space);
  return text.substr(static_cast<std::size_t>(first - text.begin()));
}

} // namespace

client_command parse_command(std::string_view message) noexcept {
  const auto text = skip_space(message);
  const auto* end = std::find_if_not(text.begin(), text.end(), is_capital);
  const auto word
    = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  const auto rest = text.substr(word.size());
  const auto argument = skip_space(rest);
  if (word.empty() || argument.size() == rest.size() || argument.empty())
    return no_command{};
  if (word == "SUBSCRIBE")
    return subscribe_command{argument};
  if (word == "UNSUBSCRIBE")
    return unsubscribe_command{argument};
  if (word == "REFRESH")
    return refresh_command{argument};
  if (word == "AUTHORIZE")
    return authorize_command{argument};
  if (word != "CONNECT")
    return no_command{};
  const auto colon = argument.find(':');
  if (colon == std::string_view::npos
      || argument.find(':', colon + 1) != std::string_view::npos)
    return no_command{};
  return connect_command{argument.substr(0, colon), argument.substr(colon + 1)};
}

} // namespace thunderpush
