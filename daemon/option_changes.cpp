#include "daemon/option_changes.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace thunderpush {

namespace {

// What is settled when the process starts, by `section.key` or `section.`.
constexpr std::array<std::string_view, 10> fixed_options{
  "server.host",     "server.port", "server.homes",
  "server.pid_file", "server.demo", "server.proxy_protocol",
  "listener.",       "admin.",      "log.file",
  "log.format"};

// A listener that speaks TLS may show something else; whether it does, and asks
// for certificates, is settled: the token that may take their place is, too.
bool stays_secure(const tls_settings& before, const tls_settings& after) {
  return before.enabled() && after.enabled()
         && before.client_ca.empty() == after.client_ca.empty();
}

bool needs_restart(std::string_view option, const settings& before,
                   const settings& after) {
  if (option.starts_with("server.tls_"))
    return !stays_secure(before.server.tls, after.server.tls);
  if (option.starts_with("admin.tls_"))
    return !stays_secure(before.admin.tls, after.admin.tls);
  return std::any_of(fixed_options.begin(), fixed_options.end(),
                     [option](std::string_view each) {
                       return each.ends_with('.') ? option.starts_with(each)
                                                  : option == each;
                     });
}

const effective_option* find_option(std::span<const effective_option> options,
                                    std::string_view name) {
  const auto found = std::find_if(
    options.begin(), options.end(),
    [name](const effective_option& each) { return each.name == name; });
  return found == options.end() ? nullptr : &*found;
}

// The text of an option, also of one that nobody may see.
std::string text_of(const effective_option& which, const settings& in) {
  if (which.value)
    return *which.value;
  if (which.name.starts_with("admin."))
    return in.admin.token;
  for (const auto& app : in.apps) {
    const auto section = "app." + app.name + '.';
    if (which.name == section + "secret")
      return app.secret;
    if (which.name == section + "token_key")
      return app.token.key;
    if (which.name == section + "previous_token_key")
      return app.token.previous_key;
  }
  for (const auto& secret : in.secrets)
    if (which.name == "secret." + secret.name + ".secret")
      return secret.secret;
  return {};
}

// The names of those that differ, or are in one of the two alone.
std::vector<std::string> differences(const configuration& before,
                                     const configuration& after) {
  std::vector<std::string> names;
  for (const auto& each : after.options) {
    const auto* known = find_option(before.options, each.name);
    if (known == nullptr
        || text_of(*known, before.values) != text_of(each, after.values))
      names.push_back(each.name);
  }
  for (const auto& each : before.options)
    if (find_option(after.options, each.name) == nullptr)
      names.push_back(each.name);
  return names;
}

// What of a new configuration can be in effect now.
configuration applicable(const configuration& before, configuration after) {
  for (auto& each : after.options)
    if (const auto* known = find_option(before.options, each.name);
        known != nullptr
        && needs_restart(each.name, before.values, after.values))
      each = *known;
  auto& values = after.values;
  const auto& fixed = before.values;
  const auto admin_tls = stays_secure(fixed.admin.tls, values.admin.tls)
                           ? values.admin.tls
                           : fixed.admin.tls;
  values.admin = fixed.admin;
  values.admin.tls = admin_tls;
  values.server.host = fixed.server.host;
  values.server.port = fixed.server.port;
  values.server.homes = fixed.server.homes;
  values.server.pid_file = fixed.server.pid_file;
  values.server.demo = fixed.server.demo;
  if (!stays_secure(fixed.server.tls, values.server.tls))
    values.server.tls = fixed.server.tls;
  values.server.proxy_protocol = fixed.server.proxy_protocol;
  values.listeners = fixed.listeners;
  return after;
}

} // namespace

option_changes compare(const configuration& before, configuration after) {
  option_changes found;
  for (auto& name : differences(before, after)) {
    auto& where = needs_restart(name, before.values, after.values)
                    ? found.restart_needed
                    : found.changed;
    where.push_back(std::move(name));
  }
  found.result = applicable(before, std::move(after));
  return found;
}

} // namespace thunderpush
