#include "config/settings_builder.hpp"

#include "config/loggable.hpp"
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
                   const file_reader& read_file)
    : values_{values}, refused_{refused}, read_file_{read_file} {}

  void take_options() {
    for (const auto& one : option_table()) {
      if (one.section != "app")
        take(one, one.section);
    }
  }

  void take_app(const named_app& app) {
    const auto section = "app." + app.name;
    result_.values.apps.push_back({app.name, {}, {}});
    for (const auto& one : option_table()) {
      if (one.section == "app")
        take(one, section);
    }
    take_secret_file(section);
    if (!is_set(section, "key")) {
      problem(app.source,
              "app " + app.name + " has no key; set key of [" + section + "]");
    }
    if (!is_set(section, "secret") && !is_set(section, "secret_file")) {
      problem(app.source, "app " + app.name
                            + " has no secret; set secret or secret_file of ["
                            + section + "]");
    }
    warn_of_key(section);
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

  // Whoever reaches the admin endpoint may do what an operator may.
  void guard_admin() {
    take_token_file();
    const auto& admin = result_.values.admin;
    if (!admin.enabled || is_loopback_host(admin.host))
      return;
    if (is_set("admin", "token") || is_set("admin", "token_file")) {
      warn("admin", "listen",
           "the admin endpoint is reachable from other machines and does not "
           "encrypt: whoever listens in learns the token; let a firewall or a "
           "tunnel guard it");
    } else {
      problem(result_.sources["admin.listen"],
              "the admin endpoint would be open to other machines; set token "
              "or token_file of [admin], listen on 127.0.0.1, or set listen = "
              "off");
    }
  }

  built_settings finish() && {
    return {std::move(result_), std::move(problems_)};
  }

private:
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
    result_.warnings.push_back(result_.sources[section + '.' + key] + ": "
                               + std::string{text});
  }

  std::string source_of(const app_settings& app) const {
    return result_.sources.at("app." + app.name + ".key");
  }

  const layers& values_;
  std::span<const std::string> refused_;
  const file_reader& read_file_;
  configuration result_;
  std::vector<std::string> problems_;
};

} // namespace

built_settings build_settings(const layers& values,
                              std::span<const named_app> apps,
                              std::span<const std::string> refused,
                              const file_reader& read_file) {
  settings_builder builder{values, refused, read_file};
  builder.take_options();
  for (const auto& app : apps)
    builder.take_app(app);
  builder.refuse_equal_keys();
  builder.guard_admin();
  return std::move(builder).finish();
}

std::string cannot_read(const std::string& path, const file_error& error) {
  return "cannot read " + one_line(path) + ": " + error.reason;
}

} // namespace thunderpush
