#include "api/admin_route.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>

using namespace thunderpush;

namespace {

admin_call call(std::string_view method, std::string_view path) {
  CAPTURE(path);
  const auto parsed = parse_admin_route(method, path);
  const auto* good = std::get_if<admin_call>(&parsed);
  REQUIRE(good);
  return *good;
}

// The methods of a path that has not that one; "-" if there is no such path.
std::string allowed(std::string_view method, std::string_view path) {
  const auto parsed = parse_admin_route(method, path);
  const auto* bad = std::get_if<admin_route_error>(&parsed);
  REQUIRE(bad);
  return bad->known_path ? std::string{bad->allowed} : "-";
}

} // namespace

TEST_SUITE("admin route") {
  TEST_CASE("each path has its operation") {
    using enum admin_operation;
    CHECK(call("GET", "/openapi.json").operation == describe);
    CHECK(call("GET", "/actors").operation == list_actors);
    CHECK(call("GET", "/connections").operation == list_connections);
    CHECK(call("GET", "/connections/closed").operation == list_closed);
    CHECK(call("GET", "/channels").operation == list_channels);
    CHECK(call("GET", "/users").operation == list_users);
    CHECK(call("GET", "/homes").operation == show_homes);
    CHECK(call("GET", "/stats").operation == show_stats);
    CHECK(call("GET", "/config").operation == show_config);
    CHECK(call("GET", "/log-level").operation == show_log_levels);
    CHECK(call("PUT", "/log-level").operation == set_log_level);
    CHECK(call("POST", "/reload").operation == reload);
    CHECK(call("GET", "/trace").operation == trace);
    CHECK(call("GET", "/metrics").operation == show_metrics);
    CHECK(call("GET", "/health").operation == show_health);
    CHECK(call("GET", "/ready").operation == show_readiness);
  }

  TEST_CASE("an id stands behind the slash") {
    const auto shown = call("GET", "/actors/18446744073709551615");
    CHECK(shown.operation == admin_operation::show_actor);
    CHECK(shown.id == 18446744073709551615U);
    const auto closed = call("DELETE", "/connections/7");
    CHECK(closed.operation == admin_operation::disconnect_connection);
    CHECK(closed.id == 7);
  }

  TEST_CASE("what is no id makes an unknown path") {
    for (const char* id : {"", "x", "-1", "+1", "1x", "1/", " 1", "1.0",
                           "18446744073709551616", "0x1", "%31"}) {
      CAPTURE(id);
      CHECK(allowed("GET", std::string{"/actors/"} + id) == "-");
      CHECK(allowed("DELETE", std::string{"/connections/"} + id) == "-");
    }
  }

  TEST_CASE("a name is decoded, and may hold anything") {
    CHECK(call("DELETE", "/channels/news").name == "news");
    CHECK(call("DELETE", "/channels/news").operation
          == admin_operation::reset_channel);
    CHECK(call("DELETE", "/users/alice").operation
          == admin_operation::disconnect_user);
    CHECK(call("DELETE", "/users/a%2Fb%20c").name == "a/b c");
    CHECK(call("DELETE", "/users/a/b").name == "a/b");
    CHECK(call("DELETE", "/users/a+b").name == "a+b");
    CHECK(call("DELETE", "/users/%C3%A9").name == "\u00e9");
  }

  TEST_CASE("what is no name makes an unknown path") {
    for (const char* name : {"", "%ff", "%C3", "%00"}) {
      CAPTURE(name);
      CHECK(allowed("DELETE", std::string{"/users/"} + name) == "-");
      CHECK(allowed("DELETE", std::string{"/channels/"} + name) == "-");
    }
  }

  TEST_CASE("a path tells its methods") {
    CHECK(allowed("POST", "/actors") == "GET");
    CHECK(allowed("HEAD", "/metrics") == "GET");
    CHECK(allowed("get", "/actors") == "GET");
    CHECK(allowed("GET", "/reload") == "POST");
    CHECK(allowed("DELETE", "/log-level") == "GET, PUT");
    CHECK(allowed("GET", "/channels/news") == "DELETE");
    CHECK(allowed("POST", "/users/alice") == "DELETE");
    CHECK(allowed("DELETE", "/actors/1") == "GET");
    CHECK(allowed("DELETE", "/connections/closed") == "GET");
  }

  TEST_CASE("other paths are unknown, whatever the method") {
    for (const char* path :
         {"", "/", "*", "actors", "/actor", "/ACTORS", "/actors/1/2",
          "/reload/", "/health/x", "//stats", "/openapi.json/"}) {
      CAPTURE(path);
      CHECK(allowed("GET", path) == "-");
      CHECK(allowed("DELETE", path) == "-");
    }
  }

  TEST_CASE("what only looks is known") {
    CHECK(is_reading(admin_operation::list_actors));
    CHECK(is_reading(admin_operation::trace));
    CHECK(is_reading(admin_operation::show_metrics));
    CHECK_FALSE(is_reading(admin_operation::disconnect_connection));
    CHECK_FALSE(is_reading(admin_operation::disconnect_user));
    CHECK_FALSE(is_reading(admin_operation::reset_channel));
    CHECK_FALSE(is_reading(admin_operation::set_log_level));
    CHECK_FALSE(is_reading(admin_operation::reload));
  }
}
