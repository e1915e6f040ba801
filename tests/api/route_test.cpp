#include "api/route.hpp"

#include "actors/channel_name.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

using namespace std::string_literals;
using namespace thunderpush;

namespace {

const std::string base = "/api/1.0.0/key";

rest_call call_of(std::string_view method, std::string_view target) {
  CAPTURE(method);
  CAPTURE(target);
  const route found = parse_route(method, target);
  const auto* call = std::get_if<rest_call>(&found);
  REQUIRE(call);
  return *call;
}

// The decoded user id of a GET, which must be a route to a user.
std::string user_of(std::string_view target) {
  const rest_call call = call_of("GET", target);
  CHECK(call.operation == rest_operation::find_user);
  return call.name;
}

template <class Error>
bool fails_with(std::string_view method, std::string_view target) {
  const route found = parse_route(method, target);
  const auto* error = std::get_if<route_error>(&found);
  return error != nullptr && std::holds_alternative<Error>(*error);
}

std::optional<std::string_view> allow_of(std::string_view method,
                                         std::string_view target) {
  const route found = parse_route(method, target);
  const auto* error = std::get_if<route_error>(&found);
  if (error == nullptr)
    return std::nullopt;
  const auto* wrong_method = std::get_if<method_not_allowed>(error);
  if (wrong_method == nullptr)
    return std::nullopt;
  return wrong_method->allow;
}

} // namespace

TEST_SUITE("route") {
  TEST_CASE("each request of the API leads to its operation") {
    struct row {
      const char* method;
      const char* below;
      rest_operation operation;
      const char* name;
    };
    for (const row& expected :
         {row{"GET", "/users/", rest_operation::count_users, ""},
          row{"GET", "/users/u/", rest_operation::find_user, "u"},
          row{"POST", "/users/u/", rest_operation::send_to_user, "u"},
          row{"DELETE", "/users/u/", rest_operation::disconnect_user, "u"},
          row{"GET", "/channels/c/", rest_operation::list_channel, "c"},
          row{"POST", "/channels/c/", rest_operation::publish, "c"}}) {
      const rest_call call = call_of(expected.method, base + expected.below);
      CHECK(call.operation == expected.operation);
      CHECK(call.key == "key");
      CHECK(call.name == expected.name);
    }
  }

  TEST_CASE("OPTIONS is permitted on every path, whatever key and name") {
    for (const auto* path :
         {"/api/1.0.0/key/users/", "/api/1.0.0/key/users/u/",
          "/api/1.0.0/key/channels/c/", "/api/1.0.0/nobody/users/",
          "/api/1.0.0/%FF/channels/%00/"}) {
      CHECK(call_of("OPTIONS", path).operation
            == rest_operation::show_permissions);
    }
    CHECK(fails_with<unknown_path>("OPTIONS", "/api/1.0.0/key/users"));
    CHECK(fails_with<unknown_path>("OPTIONS", "*"));
  }

  TEST_CASE("a query string is ignored") {
    const rest_call call
      = call_of("POST", base + "/channels/c/?auth_key=k&body_md5=x/y/");
    CHECK(call.operation == rest_operation::publish);
    CHECK(call.name == "c");
    CHECK(user_of(base + "/users/u/?") == "u");
    CHECK(user_of(base + "/users/u/?a?b") == "u");
    CHECK(call_of("GET", base + "/users/?/u/").operation
          == rest_operation::count_users);
    CHECK(fails_with<unknown_path>("GET", base + "/users?/"));
  }
}

TEST_SUITE("name in a URL") {
  TEST_CASE("slash, blank and UTF-8 escapes in a user id are decoded") {
    CHECK(user_of(base + "/users/a%2Fb/") == "a/b");
    CHECK(user_of(base + "/users/a%20b/") == "a b");
    CHECK(user_of(base + "/users/%C3%A9%f0%9f%98%80/")
          == "\xc3\xa9\xf0\x9f\x98\x80");
    CHECK(user_of(base + "/users/%2F/") == "/");
    CHECK(user_of(base + "/users/%2F%2F/") == "//");
  }

  TEST_CASE("a raw slash belongs to the user id: /users/a/b/ is a/b") {
    CHECK(user_of(base + "/users/a/b/") == "a/b");
  }

  TEST_CASE("slashes are not merged: /users/slash// and /users//x/") {
    CHECK(user_of(base + "/users/slash//") == "slash/");
    CHECK(user_of(base + "/users//x/") == "/x");
    CHECK(user_of(base + "/users///") == "/");
    CHECK(user_of(base + "/users/a//b/") == "a//b");
  }

  TEST_CASE("dot segments are not removed: /users/a/../b/ is a/../b") {
    CHECK(user_of(base + "/users/a/../b/") == "a/../b");
    CHECK(user_of(base + "/users/./") == ".");
    CHECK(user_of(base + "/users/../") == "..");
    CHECK(user_of(base + "/users/%2e%2e/") == "..");
  }

  TEST_CASE("an escape in the key is decoded") {
    CHECK(call_of("GET", "/api/1.0.0/p%75blic/users/").key == "public");
    CHECK(call_of("GET", "/api/1.0.0/a%2Fb/users/").key == "a/b");
    CHECK(call_of("GET", "/api/1.0.0/a%2Fusers%2Fb/users/").key == "a/users/b");
  }

  TEST_CASE("a plus sign is a plus sign") {
    CHECK(user_of(base + "/users/a+b/") == "a+b");
    CHECK(call_of("GET", "/api/1.0.0/a+b/users/").key == "a+b");
  }

  TEST_CASE("a bare percent sign is a percent sign") {
    CHECK(user_of(base + "/users/100%/") == "100%");
    CHECK(user_of(base + "/users/%4/") == "%4");
    CHECK(user_of(base + "/users/%zz/") == "%zz");
  }

  TEST_CASE("a question mark in an id must be escaped") {
    CHECK(user_of(base + "/users/a%3Fb/") == "a?b");
    CHECK(fails_with<unknown_path>("GET", base + "/users/a?b/"));
  }

  TEST_CASE("it is decoded once") {
    CHECK(user_of(base + "/users/%2541/") == "%41");
    CHECK(user_of(base + "/users/%252F/") == "%2F");
  }

  TEST_CASE("users may be called users, with /users/ inside too") {
    CHECK(user_of(base + "/users/users/") == "users");
    CHECK(user_of(base + "/users/users/users/") == "users/users");
    CHECK(user_of(base + "/users/a/users/b/") == "a/users/b");
    CHECK(user_of(base + "/users/channels/c/") == "channels/c");
    CHECK(user_of(base + "/users/users%2F/") == "users/");
    CHECK(user_of(base + "/users/users//") == "users/");
  }

  TEST_CASE("a channel may be called users, a key users or channels") {
    const rest_call channel = call_of("GET", base + "/channels/users/");
    CHECK(channel.operation == rest_operation::list_channel);
    CHECK(channel.name == "users");
    const rest_call keyed = call_of("GET", "/api/1.0.0/users/users/channels/");
    CHECK(keyed.operation == rest_operation::find_user);
    CHECK(keyed.key == "users");
    CHECK(keyed.name == "channels");
    CHECK(call_of("GET", "/api/1.0.0/channels/users/").key == "channels");
  }

  TEST_CASE("a key with a raw slash is another path") {
    CHECK(fails_with<unknown_path>("GET", "/api/1.0.0/a/b/users/"));
  }

  TEST_CASE("a channel name that is not valid is still a route") {
    for (const auto* name : {"a/b", "a%20b", "a:b", "%C3%A9", "a%0A", "//"}) {
      const rest_call call = call_of("POST", base + "/channels/" + name + "/");
      CHECK(call.operation == rest_operation::publish);
      CHECK_FALSE(is_channel_name(call.name));
    }
    CHECK(is_channel_name(call_of("GET", base + "/channels/%61%2C/").name));
  }

  TEST_CASE("a user id of 10,000 bytes is taken") {
    const std::string id(10'000, 'u');
    CHECK(user_of(base + "/users/" + id + "/") == id);
  }

  TEST_CASE("names whose escapes are not UTF-8 are bad names") {
    for (const auto& target :
         {base + "/users/%FF/", base + "/channels/%FF/", base + "/users/a%C3/",
          base + "/users/%ED%A0%80/", base + "/users/%C0%AF/",
          base + "/users/%C3/%A9/", base + "/users/\xff/",
          "/api/1.0.0/%FF/users/"s}) {
      CAPTURE(target);
      CHECK(fails_with<bad_name>("GET", target));
    }
    CHECK(fails_with<bad_name>("POST", base + "/channels/%FF/"));
    CHECK(fails_with<bad_name>("DELETE", base + "/users/%FF/"));
  }

  TEST_CASE("names with an escaped NUL are bad names") {
    CHECK(fails_with<bad_name>("GET", base + "/users/%00/"));
    CHECK(fails_with<bad_name>("GET", base + "/channels/c%00/"));
    CHECK(fails_with<bad_name>("GET", "/api/1.0.0/key%00/users/"));
    CHECK(user_of(base + "/users/%2500/") == "%00");
  }
}

TEST_SUITE("unknown path") {
  TEST_CASE("a missing final slash leads nowhere") {
    for (const auto* below :
         {"/users", "/users/u", "/users/a/b", "/users//x", "/channels/c"}) {
      CAPTURE(below);
      CHECK(fails_with<unknown_path>("GET", base + below));
    }
  }

  TEST_CASE("an empty name leads nowhere") {
    for (const auto* below : {"/users//", "/channels/", "/channels//"}) {
      for (const auto* method : {"GET", "POST", "DELETE", "OPTIONS"}) {
        CAPTURE(below);
        CAPTURE(method);
        CHECK(fails_with<unknown_path>(method, base + below));
      }
    }
  }

  TEST_CASE("an empty key leads nowhere") {
    CHECK(fails_with<unknown_path>("GET", "/api/1.0.0//users/"));
    CHECK(fails_with<unknown_path>("GET", "/api/1.0.0//channels/c/"));
    CHECK(fails_with<unknown_path>("GET", "/api/1.0.0/users/"));
  }

  TEST_CASE("another version leads nowhere") {
    for (const auto* version : {"1.0.1", "2.0.0", "1x0x0", "1.0", "", "1.0.0."})
      CHECK(
        fails_with<unknown_path>("GET", "/api/"s + version + "/key/users/"));
  }

  TEST_CASE("ping and events, which some clients ask for, lead nowhere") {
    CHECK(fails_with<unknown_path>("POST", base + "/ping/"));
    CHECK(fails_with<unknown_path>("POST", base + "/events/x/"));
  }

  TEST_CASE("any other path leads nowhere") {
    for (const auto& target : {""s,
                               "/"s,
                               "*"s,
                               "/api"s,
                               "/api/1.0.0"s,
                               "/api/1.0.0/"s,
                               base,
                               base + "/",
                               base + "//",
                               base + "//users/",
                               base + "/Users/",
                               base + "/user/u/",
                               base + "/xusers/",
                               base + "/users%2F",
                               base + "/%75sers/",
                               "/%61pi/1.0.0/key/users/"s,
                               "/API/1.0.0/key/users/"s,
                               "api/1.0.0/key/users/"s,
                               "//api/1.0.0/key/users/"s,
                               "/x/api/1.0.0/key/users/"s,
                               "/connect/info"s,
                               "/users/"s,
                               "?/api/1.0.0/key/users/"s}) {
      CAPTURE(target);
      CHECK(fails_with<unknown_path>("GET", target));
    }
  }
}

TEST_SUITE("method not allowed") {
  TEST_CASE("each path names the methods it has") {
    for (const auto* method : {"PUT", "PATCH", "HEAD", "TRACE", "CONNECT",
                               "get", "Get", "GETX", "GE", ""}) {
      CAPTURE(method);
      CHECK(allow_of(method, base + "/users/") == "GET, OPTIONS");
      CHECK(allow_of(method, base + "/users/u/")
            == "GET, POST, DELETE, OPTIONS");
      CHECK(allow_of(method, base + "/channels/c/") == "GET, POST, OPTIONS");
    }
  }

  TEST_CASE("POST and DELETE on all users, DELETE on a channel do not exist") {
    CHECK(allow_of("POST", base + "/users/") == "GET, OPTIONS");
    CHECK(allow_of("DELETE", base + "/users/") == "GET, OPTIONS");
    CHECK(allow_of("DELETE", base + "/channels/c/") == "GET, POST, OPTIONS");
  }
}
