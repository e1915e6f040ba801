#include "ctl/target.hpp"

#include "config/configuration.hpp"
#include "config/environment.hpp"

#include <algorithm>

namespace thunderpush::ctl {

namespace {

failure usage(std::string message) {
  return {std::move(message), exit_code::usage};
}

// The settings of the server. Who has configured no application gets the
// defaults and what the environment changes of them.
result<settings> read_settings(const options& asked,
                               std::span<const std::string> environment,
                               const file_reader& read_file) {
  std::vector<std::string> arguments;
  const auto has_apps
    = asked.config || read_environment(environment).names_an_app();
  if (asked.config)
    arguments = {"--config", *asked.config};
  if (!has_apps) // the server would refuse to start
    arguments = {"--set", "app.none.key=none", "--set", "app.none.secret=none"};
  auto found = read_configuration(arguments, environment, THUNDERPUSH_VERSION,
                                  read_file);
  if (const auto* mistakes = std::get_if<early_exit>(&found)) {
    auto text = mistakes->err;
    text.erase(text.find_last_not_of('\n') + 1);
    return usage("the configuration cannot be used:\n" + text);
  }
  auto values = std::move(std::get<configuration>(found).values);
  if (!has_apps)
    values.apps.clear();
  return values;
}

result<address> address_of(std::string_view option,
                           const std::optional<std::string>& url,
                           std::string_view host, std::uint16_t port) {
  if (url)
    return parse_url(option, *url);
  if (port == 0) {
    return usage("the configuration lets the server choose a port (0): give "
                 + std::string{option} + " http://HOST:PORT");
  }
  return reachable(host, port);
}

// Where a client gets by itself: what [server] says, or if that is for proxies
// alone the first [listener.NAME] that is not.
result<address> front_of(const options& asked, const settings& values) {
  const auto& server = values.server;
  if (asked.url || !server.proxy_protocol)
    return address_of("--url", asked.url, server.host, server.port);
  const auto found
    = std::find_if(values.listeners.begin(), values.listeners.end(),
                   [](const listener_settings& each) {
                     return each.path.empty() && !each.proxy_protocol;
                   });
  if (found == values.listeners.end()) {
    return usage("the configuration has clients come by proxies alone "
                 "(proxy_protocol): give --url of such a proxy");
  }
  return address_of("--url", std::nullopt, found->host, found->port);
}

std::string names_of(const std::vector<app_settings>& apps) {
  std::string names;
  for (const auto& each : apps)
    names += (names.empty() ? "" : ", ") + each.name;
  return names;
}

// Of the configured ones.
result<app_settings> configured_app(const options& asked,
                                    const std::vector<app_settings>& apps) {
  if (apps.empty()) {
    return usage("no application is known: give --config FILE, or --key and "
                 "--secret");
  }
  if (!asked.app && apps.size() > 1) {
    return usage("several applications are configured; say which with --app: "
                 + names_of(apps));
  }
  const auto found
    = std::find_if(apps.begin(), apps.end(), [&asked](const auto& each) {
        return !asked.app || each.name == *asked.app;
      });
  if (found == apps.end())
    return usage("--app: there are only " + names_of(apps));
  return *found;
}

} // namespace

std::string_view listener::advice() const {
  if (kind == listener_kind::front)
    return "Is the daemon running there? --url or --config say where it is";
  return "Is the daemon running, with its admin endpoint there ([admin] "
         "listen)? --admin or --config say where it is";
}

result<target> find_target(const options& asked,
                           std::span<const std::string> environment,
                           const file_reader& read_file) {
  auto read = read_settings(asked, environment, read_file);
  if (auto* error = std::get_if<failure>(&read))
    return std::move(*error);
  auto& values = std::get<settings>(read);
  target found{{},
               std::nullopt,
               asked.admin_token.value_or(values.admin.token),
               std::move(values.apps)};

  auto front = front_of(asked, values);
  if (auto* error = std::get_if<failure>(&front))
    return std::move(*error);
  found.front.at = std::get<address>(std::move(front));
  found.front.secure = !asked.url && values.server.tls.enabled();

  if (!asked.admin && !values.admin.enabled)
    return found;
  auto admin
    = address_of("--admin", asked.admin, values.admin.host, values.admin.port);
  if (auto* error = std::get_if<failure>(&admin))
    return std::move(*error);
  found.admin = {std::get<address>(std::move(admin)), listener_kind::admin,
                 !asked.admin && values.admin.tls.enabled()};
  return found;
}

result<app_settings> choose_app(const options& asked, const target& server,
                                credentials needed) {
  app_settings app{"", asked.key.value_or(""), ""};
  const auto knows_all
    = asked.key && (asked.secret || needed == credentials::key);
  if (!knows_all) {
    auto candidates = server.apps;
    if (asked.key) {
      std::erase_if(candidates,
                    [&](const auto& each) { return each.key != *asked.key; });
    }
    auto found = configured_app(asked, candidates);
    if (auto* error = std::get_if<failure>(&found)) {
      return asked.key ? usage("the secret of this key is not known: give "
                               "--secret, or --config FILE")
                       : std::move(*error);
    }
    app = std::get<app_settings>(std::move(found));
  }
  if (asked.secret)
    app.secret = *asked.secret;
  return app;
}

} // namespace thunderpush::ctl
