#include "config/settings_builder.hpp"

#include "config/loggable.hpp"
#include "config/named_section.hpp"
#include "config/suggestion.hpp"
#include "config/value.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace thunderpush {

namespace {

// Turns the values in effect into settings and looks at them as a whole.
class settings_builder {
public:
  settings_builder(const layers& values, std::span<const std::string> refused,
                   const file_reader& read_file,
                   const token_key_check& check_key, const tls_check& check_tls)
    : values_{values},
      refused_{refused},
      read_file_{read_file},
      check_key_{check_key},
      check_tls_{check_tls} {}

  void take_options() {
    for (const auto& one : option_table()) {
      if (section_kind_of(one.section) == nullptr)
        take(one, one.section);
    }
    check_tls("server", result_.values.server.tls);
    check_tls("admin", result_.values.admin.tls);
  }

  void take_section(const named_section& which) {
    add_section(result_.values, which.section);
    const auto kind = table_section(which.section);
    for (const auto& one : option_table()) {
      if (one.section == kind)
        take(one, which.section);
    }
    if (kind == "app")
      finish_app(which);
    else if (kind == "secret")
      finish_secret(which);
    else if (kind == "namespace")
      require(which, "prefix");
    else if (kind == "listener")
      finish_listener(which);
  }

  // What names an app finds it, whichever came first.
  void check_references() {
    refuse_equal_keys();
    for (const auto& one : result_.values.secrets)
      check_app("secret." + one.name, one.app);
    for (const auto& one : result_.values.namespaces)
      check_app("namespace." + one.name, one.app);
    refuse_equal_prefixes();
    warn_of_open_apps();
    warn_of_unknown_proxies();
  }

  // Whoever reaches the admin endpoint may do what an operator may.
  void guard_admin() {
    take_token_file();
    const auto& admin = result_.values.admin;
    if (!admin.enabled || is_loopback_host(admin.host))
      return;
    if (is_set("admin", "token") || is_set("admin", "token_file")) {
      if (!admin.tls.enabled())
        warn(
          "admin", "listen",
          "the admin endpoint is reachable from other machines and does not "
          "encrypt: whoever listens in learns the token; set tls_certificate "
          "and tls_key of [admin]");
    } else if (admin.tls.client_ca.empty()) {
      problem(source_of("admin", "listen"),
              "the admin endpoint would be open to other machines; set token, "
              "token_file or tls_client_ca of [admin], listen on 127.0.0.1, or "
              "set listen = "
              "off");
    }
  }

  built_settings finish() && {
    return {std::move(result_), std::move(problems_)};
  }

private:
  void finish_app(const named_section& which) {
    auto& app = result_.values.apps.back();
    take_secret_file(which.section);
    take_key_file(which.section, "token_key", app.token.key);
    take_key_file(which.section, "previous_token_key", app.token.previous_key);
    if (!is_set(which.section, "key")) {
      problem(which.source, "app " + app.name + " has no key; set key of ["
                              + which.section + "]");
    }
    require_secret(which, "app " + app.name);
    check_token(which, app);
    warn_of_key(which.section);
  }

  void finish_secret(const named_section& which) {
    take_secret_file(which.section);
    require(which, "app");
    require(which, "rights");
    require_secret(which, "[" + which.section + "]");
  }

  void finish_listener(const named_section& which) {
    require(which, "listen");
    check_tls(which.section, result_.values.listeners.back().tls);
  }

  void require(const named_section& which, const std::string& key) {
    if (!is_set(which.section, key)) {
      problem(which.source,
              "[" + which.section + "] has no " + key + "; set it");
    }
  }

  void require_secret(const named_section& which, const std::string& who) {
    if (is_set(which.section, "secret") || is_set(which.section, "secret_file"))
      return;
    problem(which.source, who + " has no secret; set secret or secret_file of ["
                            + which.section + "]");
  }

  // A shared secret shorter than its digest is refused (RFC 7518, 3.2).
  void check_token(const named_section& which, const app_settings& app) {
    constexpr std::size_t shortest = 32;
    const auto given = is_set(which.section, "token_key")
                       || is_set(which.section, "token_key_file");
    if (app.auth == identity_proof::token && !given) {
      problem(source_of(which.section, "auth"),
              "app " + app.name
                + " asks for tokens and has nothing to verify them with; set "
                  "token_key or token_key_file of ["
                + which.section + "]");
    }
    for (const auto& [name, key] :
         {std::pair{"token_key", &app.token.key},
          std::pair{"previous_token_key", &app.token.previous_key}}) {
      if (key->empty())
        continue;
      const auto is_pem = key->find("-----BEGIN") != std::string::npos;
      const auto shared = app.token.algorithm == token_algorithm::hs256;
      if (shared && is_pem) {
        problem(source_of(which.section, name),
                std::string{name}
                  + " is a public key, which everybody may know, and "
                    "token_algorithm is HS256; set RS256 or ES256");
      } else if (shared && key->size() < shortest) {
        problem(source_of(which.section, name),
                std::string{name} + " of HS256 needs 32 bytes or more");
      } else if (!shared && !is_pem) {
        problem(source_of(which.section, name),
                std::string{name}
                  + " of RS256 and ES256 is a public key in PEM, which begins "
                    "with -----BEGIN PUBLIC KEY-----");
      } else if (check_key_) {
        if (const auto why = check_key_(app.token.algorithm, *key))
          problem(source_of(which.section, name), name + (" " + *why));
      }
    }
  }

  void check_tls(const std::string& section, const tls_settings& tls) {
    if (tls.certificate.empty() != tls.key.empty()) {
      problem(
        source_of(section, tls.key.empty() ? "tls_certificate" : "tls_key"),
        "tls_certificate and tls_key of [" + section
          + "] belong together; set both or none");
    } else if (tls.certificate.empty() && !tls.client_ca.empty()) {
      problem(source_of(section, "tls_client_ca"),
              "tls_client_ca needs tls_certificate and tls_key of [" + section
                + "]");
    } else if (tls.enabled() && check_tls_) {
      if (const auto fault = check_tls_(tls))
        problem(source_of(section, std::string{fault->option}),
                std::string{fault->option} + ": " + fault->why);
    }
  }

  void check_app(const std::string& section, const std::string& app) {
    const auto& apps = result_.values.apps;
    if (app.empty()
        || std::any_of(apps.begin(), apps.end(),
                       [&app](const auto& one) { return one.name == app; }))
      return;
    std::vector<std::string> names;
    for (const auto& one : apps)
      names.push_back(one.name);
    const auto guess = closest(app, names);
    problem(source_of(section, "app"),
            "there is no app \"" + loggable(app) + "\""
              + (guess ? "; did you mean " + *guess + "?"
                       : "; add a section [app." + loggable(app) + "]"));
  }

  void refuse_equal_keys() {
    const auto& apps = result_.values.apps;
    for (auto one = apps.begin(); one != apps.end(); ++one) {
      const auto same = std::find_if(apps.begin(), one, [one](const auto& app) {
        return !app.key.empty() && app.key == one->key;
      });
      if (same != one) {
        problem(source_of(*one), "app " + one->name
                                   + " has the same key as app " + same->name
                                   + " (" + source_of(*same)
                                   + "); every app needs a key of its own");
      }
    }
  }

  // Those that have none, or one that was refused, are reported as such.
  void refuse_equal_prefixes() {
    const auto& all = result_.values.namespaces;
    const auto has_prefix = [this](const namespace_settings& which) {
      return values_.find("namespace." + which.name, "prefix").has_value();
    };
    for (auto one = all.begin(); one != all.end(); ++one) {
      const auto same = std::find_if(all.begin(), one, [&](const auto& other) {
        return other.prefix == one->prefix && other.app == one->app
               && has_prefix(other);
      });
      if (same != one && has_prefix(*one)) {
        problem(source_of("namespace." + one->name, "prefix"),
                "namespace " + one->name + " has the same prefix as namespace "
                  + same->name + " ("
                  + source_of("namespace." + same->name, "prefix")
                  + "); remove one of the two");
      }
    }
  }

  // Where other machines connect, whoever knows the public key may be any user.
  void warn_of_open_apps() {
    const auto& values = result_.values;
    const auto reachable
      = !is_loopback_host(values.server.host)
        || std::any_of(values.listeners.begin(), values.listeners.end(),
                       [](const listener_settings& one) {
                         return one.path.empty() && !is_loopback_host(one.host);
                       });
    if (!reachable)
      return;
    for (const auto& app : values.apps) {
      if (app.auth == identity_proof::none) {
        warn("app." + app.name, "auth",
             "clients of app " + app.name
               + " may connect as any user, and other machines reach this "
                 "server; set auth = token unless that is meant");
      }
    }
  }

  // Where other machines connect, each of them may say that it is a proxy.
  void warn_of_unknown_proxies() {
    const auto& values = result_.values;
    if (!values.server.trusted_proxies.empty())
      return;
    const auto look_at = [this](const std::string& section, bool expects_header,
                                const std::string& host) {
      if (expects_header && !is_loopback_host(host))
        warn(section, "proxy_protocol",
             "whoever connects to [" + section
               + "] may say that it is any client, and other machines reach "
                 "it; name the proxies in trusted_proxies of [server]");
    };
    look_at("server", values.server.proxy_protocol, values.server.host);
    for (const auto& one : values.listeners)
      if (one.path.empty())
        look_at("listener." + one.name, one.proxy_protocol, one.host);
  }

  // What was refused was reported: it is not missing.
  bool is_set(const std::string& section, const std::string& key) const {
    return values_.find(section, key)
           || std::find(refused_.begin(), refused_.end(), section + '.' + key)
                != refused_.end();
  }

  void problem(const std::string& source, const std::string& text) {
    problems_.push_back(source + ": " + text);
  }

  void take(const option& one, std::string_view section) {
    const auto value = values_.find(section, one.key);
    if (!value)
      return;
    // Allowed: each source was checked when it was read.
    one.assign(result_.values, value->text);
    result_.sources[std::string{section} + '.' + std::string{one.key}]
      = value->source;
  }

  void take_key_file(const std::string& section, const std::string& key,
                     std::string& into) {
    const auto path = values_.find(section, key + "_file");
    auto content = path ? content_of(key + "_file", *path) : std::nullopt;
    if (!content)
      return;
    into = without_blanks(*content);
    result_.sources[section + '.' + key] = path->source;
    if (into.empty())
      problem(path->source,
              key + "_file: " + one_line(path->text) + " is empty");
  }

  void take_secret_file(const std::string& section) {
    const auto path = values_.find(section, "secret_file");
    const auto content = path ? content_of("secret_file", *path) : std::nullopt;
    if (!content)
      return;
    const auto* option = find_option(section, "secret");
    if (!option->assign(result_.values, without_blanks(*content))) {
      problem(path->source,
              "secret_file: " + one_line(path->text)
                + " must hold one line that is not empty and has no "
                  "control characters");
    }
  }

  void take_token_file() {
    const auto path = values_.find("admin", "token_file");
    const auto content = path ? content_of("token_file", *path) : std::nullopt;
    if (!content)
      return;
    const auto first_line = content->substr(0, content->find('\n'));
    const auto* option = find_option("admin", "token");
    if (!option->assign(result_.values, without_blanks(first_line))) {
      problem(path->source, "token_file: the first line of "
                              + one_line(path->text) + " must be "
                              + option->allowed);
    }
  }

  // Nothing if the file cannot be read, which is a problem of `key`.
  std::optional<std::string> content_of(const std::string& key,
                                        const sourced_value& path) {
    auto content = read_file_(path.text);
    if (const auto* error = std::get_if<file_error>(&content)) {
      problem(path.source, key + ": " + cannot_read(path.text, *error));
      return std::nullopt;
    }
    return std::get<std::string>(std::move(content));
  }

  static std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
  }

  void warn_of_key(const std::string& section) {
    const auto& key = result_.values.apps.back().key;
    if (key.find_first_of("/?#%") != std::string::npos) {
      warn(section, "key",
           "the key has one of / ? # %: URLs of the REST API must spell it "
           "with percent escapes (/ as %2F), or they are answered 404 or 401");
    }
  }

  void warn(const std::string& section, const std::string& key,
            std::string_view text) {
    result_.warnings.push_back(source_of(section, key) + ": "
                               + std::string{text});
  }

  std::string source_of(const app_settings& app) const {
    return source_of("app." + app.name, "key");
  }

  std::string source_of(const std::string& section,
                        const std::string& key) const {
    return result_.sources.at(section + '.' + key);
  }

  const layers& values_;
  std::span<const std::string> refused_;
  const file_reader& read_file_;
  const token_key_check& check_key_;
  const tls_check& check_tls_;
  configuration result_;
  std::vector<std::string> problems_;
};

} // namespace

built_settings build_settings(const layers& values,
                              std::span<const named_section> sections,
                              std::span<const std::string> refused,
                              const file_reader& read_file,
                              const token_key_check& check_key,
                              const tls_check& check_tls) {
  settings_builder builder{values, refused, read_file, check_key, check_tls};
  builder.take_options();
  for (const auto& one : sections)
    builder.take_section(one);
  builder.check_references();
  builder.guard_admin();
  return std::move(builder).finish();
}

std::string cannot_read(const std::string& path, const file_error& error) {
  return "cannot read " + one_line(path) + ": " + error.reason;
}

} // namespace thunderpush
