#include "config/origin.hpp"

#include "config/value.hpp"

#include <algorithm>

namespace thunderpush {

namespace {

constexpr std::string_view opaque = "null";

std::string lower_case(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z'
         && std::all_of(text.begin(), text.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                     || c == '+' || c == '-' || c == '.';
            });
}

// In lower case. A name as DNS has it, an address, or one in brackets.
bool is_host(std::string_view text) {
  const bool bracketed
    = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (bracketed)
    text = text.substr(1, text.size() - 2);
  const std::string_view more = bracketed ? ":." : "-._";
  return !text.empty() && text.size() <= 255
         && std::all_of(text.begin(), text.end(), [more](char c) {
              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                     || more.find(c) != std::string_view::npos;
            });
}

std::uint64_t own_port(std::string_view scheme) {
  return scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
}

} // namespace

std::optional<std::string> parse_origin(std::string_view text) {
  if (text == opaque)
    return std::string{opaque};
  const auto end = text.find("://");
  if (end == std::string_view::npos)
    return std::nullopt;
  const auto scheme = lower_case(text.substr(0, end));
  auto host = lower_case(text.substr(end + 3));
  std::string port;
  const auto colon = host.rfind(':');
  if (colon != std::string::npos
      && host.find(']', colon) == std::string::npos) {
    const auto number = parse_number(host.substr(colon + 1));
    if (!number || *number == 0 || *number > 65535)
      return std::nullopt;
    if (*number != own_port(scheme))
      port = ":" + std::to_string(*number);
    host.resize(colon);
  }
  if (!is_scheme(scheme) || !is_host(host))
    return std::nullopt;
  return scheme + "://" + host + port;
}

bool origin_list::permits(std::string_view origin) const {
  if (all || origin.empty())
    return true;
  const auto known = parse_origin(origin);
  return known && std::find(these.begin(), these.end(), *known) != these.end();
}

std::optional<origin_list> parse_origins(std::string_view text) {
  if (text == "*")
    return origin_list{};
  origin_list found{false, {}};
  for (const auto word : separated(text)) {
    auto one = parse_origin(word);
    if (!one)
      return std::nullopt;
    found.these.push_back(*std::move(one));
  }
  if (found.these.empty())
    return std::nullopt;
  return found;
}

} // namespace thunderpush
