#include "config/option_table.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>

using namespace std::chrono_literals;

namespace thunderpush {

namespace {

bool takes(std::string_view section, std::string_view key,
           std::string_view value) {
  const auto* found = find_option(section, key);
  REQUIRE(found != nullptr);
  return !complaint(*found, value);
}

} // namespace

TEST_SUITE("option table") {
  TEST_CASE("the defaults of the table are those of the settings") {
    // Start from something else, so that an option which assigns nothing, or
    // to the wrong place, shows.
    settings from_table;
    from_table.server = {
      "x", 1, 1, "x", true, 1s, 1ms, 1ms, {"x", "x", ""}, true, {ip_network{}},
      true};
    from_table.admin = {false, "x", 1, {}, {"x", "x", "x"}};
    from_table.limits = {1,   1,   1, 1,   1, 1, 1, 1, 1ms, 1ms,
                         1ms, 1ms, 1, 1ms, 1, 1, 1, 1, 1,   1ms};
    from_table.listeners.push_back({"", "", 0, "", 0, {"x", "x", ""}, true});
    from_table.apps.push_back({"",
                               "",
                               "",
                               identity_proof::token,
                               {token_algorithm::es256, "", "", "x"},
                               "x",
                               {false, {}},
                               1,
                               1});
    from_table.secrets.emplace_back();
    from_table.namespaces.push_back(
      {"", "x", "", true, false, 1, slow_policy::latest, true});
    from_table.log
      = {log_level::off, {{"x", log_level::off}}, log_format::json, "x"};
    for (const auto& one : option_table()) {
      if (one.default_text)
        CHECK_MESSAGE(one.assign(from_table, *one.default_text), one.key);
    }
    settings expected;
    expected.listeners.emplace_back();
    expected.apps.emplace_back();
    expected.secrets.emplace_back();
    expected.namespaces.emplace_back();
    CHECK(from_table == expected);
  }

  TEST_CASE("no option is listed twice") {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& one : option_table())
      CHECK_MESSAGE(seen.emplace(one.section, one.key).second, one.key);
  }

  TEST_CASE("every option has a line of help") {
    for (const auto& one : option_table()) {
      CHECK(one.help.ends_with('.'));
      CHECK(one.help.size() <= 78);
      CHECK(one.allowed.size() <= 71);
    }
  }

  TEST_CASE("an option is found in its section only") {
    CHECK(find_option("server", "port"));
    CHECK(find_option("app.main", "key"));
    CHECK(!find_option("log", "port"));
    CHECK(!find_option("app", "key"));
    CHECK(!find_option("app.", "key"));
    CHECK(!find_option("app.a b", "key"));
    CHECK(!find_option("", ""));
  }

  TEST_CASE("ranges include their ends and nothing beyond") {
    CHECK(takes("server", "port", "0"));
    CHECK(takes("server", "port", "65535"));
    CHECK(!takes("server", "port", "65536"));
    CHECK(!takes("server", "port", "-1"));
    CHECK(!takes("server", "port", ""));
    CHECK(takes("server", "heartbeat", "1s"));
    CHECK(takes("server", "heartbeat", "1h"));
    CHECK(!takes("server", "heartbeat", "0"));
    CHECK(!takes("server", "heartbeat", "3601s"));
    CHECK(takes("limits", "header_bytes", "256"));
    CHECK(!takes("limits", "header_bytes", "255"));
    CHECK(!takes("limits", "header_bytes", "2MiB"));
    CHECK(takes("limits", "connections", "0"));
    CHECK(!takes("limits", "json_depth", "0"));
    CHECK(takes("server", "drain", "0"));
  }

  TEST_CASE("a heartbeat that is not whole seconds is refused, not rounded") {
    CHECK(takes("server", "heartbeat", "2000ms"));
    CHECK(!takes("server", "heartbeat", "2500ms"));
    CHECK(takes("server", "pong_timeout", "2500ms"));
  }

  TEST_CASE("the operators' listener is an endpoint or off") {
    const auto* listen = find_option("admin", "listen");
    REQUIRE(listen != nullptr);
    settings to;
    CHECK(listen->assign(to, "off"));
    CHECK(!to.admin.enabled);
    CHECK(listen->assign(to, "[::1]:9000"));
    CHECK(to.admin == admin_settings{true, "::1", 9000});
    to.admin.token = "0123456789abcdef";
    CHECK(listen->assign(to, "[::1]:9001"));
    CHECK(to.admin.token == "0123456789abcdef");
    CHECK(!listen->assign(to, "on"));
    CHECK(!listen->assign(to, "0"));
    CHECK(!listen->assign(to, ""));
    CHECK(!listen->assign(to, "9000"));
  }

  TEST_CASE("a secret that no HTTP header can carry is refused") {
    CHECK(takes("app.main", "secret", "a b#c;d\"e"));
    CHECK(takes("app.main", "secret", "\xC3\xA9"));
    for (auto value : {"", " a", "a ", "a\tb", "a\nb", "a\x7F"})
      CHECK_MESSAGE(!takes("app.main", "secret", value), value);
  }

  TEST_CASE("a token is 16 to 256 visible characters of ASCII") {
    CHECK(takes("admin", "token", "!123456789abcde~"));
    CHECK(takes("admin", "token", std::string(256, 'x')));
    for (const auto& value :
         {std::string{}, std::string(15, 'x'), std::string(257, 'x'),
          std::string{"0123456789 abcdef"}, std::string{"0123456789abcdef\n"},
          std::string{"0123456789abcde\xC3\xA9"},
          std::string{"0123456789abcdef\x7F"}})
      CHECK_MESSAGE(!takes("admin", "token", value), value);
  }

  TEST_CASE("a token that is refused is not repeated") {
    const auto reason = complaint(*find_option("admin", "token"), "hunter2");
    REQUIRE(reason);
    CHECK(reason->find("hunter2") == std::string::npos);
    CHECK(reason->find("16 to 256 visible") != std::string::npos);
  }

  TEST_CASE("a value and its file are two spellings of one thing") {
    CHECK(other_spelling("secret") == "secret_file");
    CHECK(other_spelling("secret_file") == "secret");
    CHECK(other_spelling("token") == "token_file");
    CHECK(other_spelling("token_file") == "token");
    CHECK(other_spelling("pid_file").empty());
    CHECK(other_spelling("").empty());
  }

  TEST_CASE("a key is not empty and has no control bytes") {
    CHECK(takes("app.main", "key", "a/b"));
    CHECK(!takes("app.main", "key", ""));
    CHECK(!takes("app.main", "key", "a\nb"));
  }

  TEST_CASE("a path cannot hold control bytes") {
    CHECK(takes("server", "pid_file", ""));
    CHECK(takes("server", "pid_file", "/run/a b"));
    CHECK(!takes("server", "pid_file", "/run/a\nb"));
    CHECK(!takes("app.main", "secret_file", ""));
  }

  TEST_CASE("levels of components say what is wrong with them") {
    CHECK(takes("log", "levels", "http=debug, actors=warning"));
    const auto reason = complaint(*find_option("log", "levels"), "actor=debug");
    CHECK(reason
          == "levels cannot be \"actor=debug\": expected COMPONENT=LEVEL, "
             "several with commas or blanks between, or nothing; there is no "
             "component \"actor\"; did you mean actors?, for example levels = "
             "http=debug, connection=warning");
  }

  TEST_CASE("lines are text or JSON") {
    settings to;
    const auto* format = find_option("log", "format");
    REQUIRE(format != nullptr);
    CHECK(format->assign(to, "json"));
    CHECK(to.log.format == log_format::json);
    CHECK(format->assign(to, "text"));
    CHECK(to.log.format == log_format::text);
    CHECK(!format->assign(to, "JSON"));
    CHECK(!format->assign(to, ""));
  }

  TEST_CASE("a long value is cut where it is refused") {
    const auto reason
      = complaint(*find_option("server", "port"), std::string(10'000, 'x'));
    REQUIRE(reason);
    CHECK(reason->size() < 400);
  }
}

} // namespace thunderpush
