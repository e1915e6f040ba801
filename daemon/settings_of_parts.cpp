#include "daemon/settings_of_parts.hpp"

namespace thunderpush {

std::vector<applications::application> applications_of(const settings& chosen) {
  std::vector<applications::application> all;
  for (const auto& app : chosen.apps)
    all.push_back({app.name, app.key});
  return all;
}

policies policies_of(const applications& apps, const settings& chosen) {
  std::vector<rule_book::entry> entries;
  for (const auto& one : chosen.namespaces)
    entries.push_back({one.app.empty() ? std::nullopt : apps.named(one.app),
                       one.prefix,
                       {.needs_token = one.needs_token,
                        .presence = one.presence,
                        .message_bytes = one.message_bytes,
                        .slow = one.slow,
                        .compress = one.compression}});
  return {apps, chosen.limits, rule_book{std::move(entries)}};
}

std::shared_ptr<const credentials> credentials_of(const applications& apps,
                                                  const settings& chosen) {
  std::vector<key_and_secret> pairs(apps.size());
  for (const auto& app : chosen.apps)
    if (const auto id = apps.named(app.name))
      pairs[static_cast<std::size_t>(*id)] = {app.key, app.secret};
  return std::make_shared<const credentials>(pairs);
}

http_settings http_settings_of(const limit_settings& limits, admission* door) {
  http_settings http;
  http.requests.header_bytes = limits.header_bytes;
  http.requests.header_fields = limits.header_fields;
  http.requests.body_bytes = limits.body_bytes;
  http.header_timeout = limits.header_timeout;
  http.body_timeout = limits.body_timeout;
  http.keep_alive_timeout = limits.keep_alive_timeout;
  http.write_timeout = limits.write_timeout;
  return http;
}

sockjs::service_settings sockjs_settings_of(const settings& chosen,
                                            std::size_t homes) {
  sockjs::service_settings sockjs;
  sockjs.websocket.messages.max_message_bytes = chosen.limits.message_bytes;
  sockjs.websocket.heartbeat = chosen.server.heartbeat;
  sockjs.websocket.pong_timeout = chosen.server.pong_timeout;
  sockjs.sessions.heartbeat = chosen.server.heartbeat;
  sockjs.sessions.disconnect_delay = chosen.sockjs.disconnect_delay;
  sockjs.transports = chosen.sockjs.transports;
  sockjs.script = chosen.sockjs.script;
  sockjs.response_limit = chosen.sockjs.response_limit;
  sockjs.message_bytes = chosen.limits.message_bytes;
  sockjs.cookie = chosen.sockjs.cookie;
  // Homes get clients in turn: each has its share of what is permitted.
  sockjs.connections = (chosen.limits.connections + homes - 1) / homes;
  return sockjs;
}

} // namespace thunderpush
  http.door = door;
