#include "daemon/settings_of_parts.hpp"

#include "config/machine_memory.hpp"

#include <algorithm>
#include <utility>

#include "identity/jwt_verifier.hpp"

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
  std::vector<app_access> access(apps.size());
  std::vector<token_keys> keys(apps.size());
  std::vector<app_quota> quotas(apps.size());
  for (const auto& app : chosen.apps) {
    const auto id = apps.named(app.name);
    if (!id)
      continue;
    const auto index = static_cast<std::size_t>(*id);
    access[index] = {app.auth, !app.token.key.empty(), app.private_prefix,
                     app.allowed_origins};
    keys[index] = token_keys_of(app.token);
    quotas[index] = {app.connections, app.publish_rate};
  }
  auto limits = chosen.limits;
  if (limits.memory_budget == 0)
    limits.memory_budget = machine_memory() / 4;
  return {apps,
          limits,
          rule_book{std::move(entries)},
          std::move(access),
          std::make_shared<const jwt_verifier>(std::move(keys)),
          std::move(quotas)};
}

std::shared_ptr<const credentials> credentials_of(const applications& apps,
                                                  const settings& chosen) {
  std::vector<rest_secret> secrets;
  for (const auto& app : chosen.apps) {
    const auto id = apps.named(app.name);
    if (!id)
      continue;
    const auto index = static_cast<std::size_t>(*id);
    secrets.push_back({index, app.key, app.secret, all_rights});
    for (const auto& one : chosen.secrets)
      if (one.app == app.name)
        secrets.push_back({index, app.key, one.secret, one.rights});
  }
  return std::make_shared<const credentials>(secrets);
}

origin_list origins_of(const settings& chosen) {
  origin_list all{.all = false, .these = {}};
  for (const auto& app : chosen.apps) {
    const auto& its = app.allowed_origins;
    all.all = all.all || its.all;
    all.these.insert(all.these.end(), its.these.begin(), its.these.end());
  }
  return all;
}

http_settings http_settings_of(const limit_settings& limits) {
  http_settings http;
  http.requests.header_bytes = limits.header_bytes;
  http.requests.header_fields = limits.header_fields;
  http.requests.body_bytes = limits.body_bytes;
  http.header_timeout = limits.header_timeout;
  http.body_timeout = limits.body_timeout;
  http.keep_alive_timeout = limits.keep_alive_timeout;
  http.write_timeout = limits.write_timeout;
  http.handshake_timeout = limits.tls_handshake_timeout;
  return http;
}

http_settings public_http_settings_of(const settings& chosen, admission& door) {
  auto http = http_settings_of(chosen.limits);
  http.door = &door;
  http.trusted_proxies = chosen.server.trusted_proxies;
  return http;
}

std::vector<listener_settings> public_listeners_of(const settings& chosen) {
  std::vector<listener_settings> all{
    {.name = {},
     .host = chosen.server.host,
     .port = chosen.server.port,
     .tls = chosen.server.tls,
     .proxy_protocol = chosen.server.proxy_protocol}};
  all.insert(all.end(), chosen.listeners.begin(), chosen.listeners.end());
  return all;
}

sockjs::service_settings sockjs_settings_of(const settings& chosen) {
  sockjs::service_settings sockjs;
  sockjs.websocket.messages.max_message_bytes = chosen.limits.message_bytes;
  sockjs.websocket.heartbeat = chosen.server.heartbeat;
  sockjs.websocket.compression = chosen.server.compression
                                   ? websocket::compression_policy::on
                                   : websocket::compression_policy::off;
  sockjs.websocket.pong_timeout = chosen.server.pong_timeout;
  sockjs.sessions.heartbeat = chosen.server.heartbeat;
  sockjs.sessions.disconnect_delay = chosen.sockjs.disconnect_delay;
  sockjs.transports = chosen.sockjs.transports;
  sockjs.script = chosen.sockjs.script;
  sockjs.response_limit = chosen.sockjs.response_limit;
  sockjs.message_bytes = chosen.limits.message_bytes;
  sockjs.cookie = chosen.sockjs.cookie;
  sockjs.origins = origins_of(chosen);
  return sockjs;
}

} // namespace thunderpush
