#include "tests/load/rest_api.hpp"

#include <charconv>
#include <utility>

namespace thunderpush::load {

namespace {

/// Removes a prefix and a suffix, nothing if one of them is not there.
std::optional<std::string_view> between(std::string_view text,
                                        std::string_view prefix,
                                        std::string_view suffix) {
  if (text.size() < prefix.size() + suffix.size() || !text.starts_with(prefix)
      || !text.ends_with(suffix))
    return std::nullopt;
  text.remove_prefix(prefix.size());
  text.remove_suffix(suffix.size());
  return text;
}

} // namespace

rest_api::rest_api(const endpoint& server, credentials who)
  : host_(to_string(server)), who_(std::move(who)) {}

std::string rest_api::count_users() const {
  return request("GET", "users", "", "");
}

std::string rest_api::ask_user(std::string_view user) const {
  return request("GET", "users", user, "");
}

std::string rest_api::list_channel(std::string_view channel) const {
  return request("GET", "channels", channel, "");
}

std::string rest_api::post_to_channel(std::string_view channel,
                                      std::string_view body) const {
  return request("POST", "channels", channel, body);
}

std::string rest_api::post_to_user(std::string_view user,
                                   std::string_view body) const {
  return request("POST", "users", user, body);
}

std::string rest_api::remove_user(std::string_view user) const {
  return request("DELETE", "users", user, "");
}

std::string rest_api::request(std::string_view method, std::string_view kind,
                              std::string_view name,
                              std::string_view body) const {
  std::string text;
  text.append(method).append(" /api/1.0.0/").append(who_.key).append("/");
  text.append(kind).append("/");
  if (!name.empty())
    text.append(name).append("/");
  text.append(" HTTP/1.1\r\nHost: ").append(host_);
  text.append("\r\nX-Thunder-Secret-Key: ").append(who_.secret);
  if (method == "POST") {
    text.append("\r\nContent-Type: application/json\r\nContent-Length: ");
    text.append(std::to_string(body.size()));
  }
  return text.append("\r\n\r\n").append(body);
}

std::optional<std::uint64_t> parse_count(std::string_view body) {
  const auto digits = between(body, "{\"count\": ", "}\n");
  if (!digits || digits->empty())
    return std::nullopt;
  std::uint64_t count = 0;
  const auto* end = digits->data() + digits->size();
  const auto [stop, error] = std::from_chars(digits->data(), end, count);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return count;
}

std::optional<bool> parse_online(std::string_view body) {
  if (body == "{\"online\": true}\n")
    return true;
  if (body == "{\"online\": false}\n")
    return false;
  return std::nullopt;
}

std::optional<std::vector<std::string>> parse_users(std::string_view body) {
  const auto list = between(body, "{\"users\": [", "]}\n");
  if (!list)
    return std::nullopt;
  std::vector<std::string> users;
  auto rest = *list;
  while (!rest.empty()) {
    const std::string_view separator = users.empty() ? "\"" : ", \"";
    if (!rest.starts_with(separator))
      return std::nullopt;
    rest.remove_prefix(separator.size());
    const auto end = rest.find('"');
    if (end == std::string_view::npos)
      return std::nullopt;
    users.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return users;
}

} // namespace thunderpush::load
