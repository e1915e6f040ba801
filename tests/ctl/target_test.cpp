#include "ctl/target.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

namespace {

using words = std::vector<std::string>;

constexpr auto two_apps = "[server]\nhost = 0.0.0.0\nport = 9000\n"
                          "[app.main]\nkey = k1\nsecret = s1\n"
                          "[app.second]\nkey = k2\nsecret = s2\n"
                          "[admin]\nlisten = 127.0.0.1:9001\n";

result<target> find(const options& asked, const words& environment = {},
                    const std::string& file = two_apps) {
  return find_target(asked, environment,
                     [&file](const std::string&) { return file_text{file}; });
}

target found(const options& asked, const words& environment = {},
             const std::string& file = two_apps) {
  auto server = find(asked, environment, file);
  const auto* error = std::get_if<failure>(&server);
  CAPTURE((error != nullptr ? error->message : std::string{}));
  REQUIRE(error == nullptr);
  return std::get<target>(std::move(server));
}

options with_file() {
  options asked;
  asked.config = "thunderpush.conf";
  return asked;
}

std::string refused(const result<app_settings>& app) {
  REQUIRE(std::holds_alternative<failure>(app));
  CHECK(std::get<failure>(app).status == exit_code::usage);
  return std::get<failure>(app).message;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_SUITE("target") {
  TEST_CASE("without anything the server is where it is by default") {
    const auto server = found({});
    CHECK(server.front.at == address{"127.0.0.1", 8080});
    REQUIRE(server.admin);
    CHECK(server.admin->at == address{"127.0.0.1", 8081});
    CHECK(server.apps.empty());
  }

  TEST_CASE("where the server is for proxies, another listener is the front") {
    const std::string proxied
      = std::string{two_apps} + "[server]\nproxy_protocol = on\n"
        + "[listener.a]\nlisten = 127.0.0.1:9002\nproxy_protocol = on\n"
        + "[listener.b]\nlisten = unix:/run/x\n";
    const auto none = find(with_file(), {}, proxied);
    REQUIRE(std::holds_alternative<failure>(none));
    CHECK(contains(std::get<failure>(none).message, "give --url"));
    const auto server
      = found(with_file(), {}, proxied + "[listener.c]\nlisten = [::1]:9003\n");
    CHECK(server.front.at == address{"::1", 9003});
    auto asked = with_file();
    asked.url = "http://127.0.0.1:9004";
    CHECK(found(asked, {}, proxied).front.at == address{"127.0.0.1", 9004});
  }

  TEST_CASE("the configuration says where the server is") {
    const auto server = found(with_file());
    CHECK(server.front.at == address{"127.0.0.1", 9000});
    CHECK(server.admin->at == address{"127.0.0.1", 9001});
    CHECK(server.apps.size() == 2);
  }

  TEST_CASE("the environment is stronger, and suffices") {
    CHECK(found(with_file(), {"THUNDERPUSH_SERVER__PORT=9100"}).front.at.port
          == 9100);
    const auto server = found(
      {}, {"THUNDERPUSH_SERVER__PORT=9100", "THUNDERPUSH_APP__MAIN__KEY=k",
           "OTHER=1", "THUNDERPUSH_APP__MAIN__SECRET=s",
           "THUNDERPUSH_ADMIN__TOKEN=0123456789abcdef"});
    CHECK(server.front.at.port == 9100);
    CHECK(server.admin_token == "0123456789abcdef");
    REQUIRE(server.apps.size() == 1);
    CHECK(server.apps.front().secret == "s");
  }

  TEST_CASE("an address in the environment needs no application") {
    const auto server = found({}, {"THUNDERPUSH_SERVER__PORT=9100"});
    CHECK(server.front.at.port == 9100);
    CHECK(server.apps.empty());
  }

  TEST_CASE("the command line is strongest") {
    auto asked = with_file();
    asked.url = "http://example.org:1";
    asked.admin = "http://example.org:2";
    asked.admin_token = "fedcba9876543210";
    const auto server
      = found(asked, {"THUNDERPUSH_ADMIN__TOKEN=0123456789abcdef"});
    CHECK(server.front.at == address{"example.org", 1});
    CHECK(server.admin->at == address{"example.org", 2});
    CHECK(server.admin_token == "fedcba9876543210");
  }

  TEST_CASE("a listener speaks TLS if it is configured to") {
    const std::string tls = "tls_certificate = c\ntls_key = k\n";
    const auto file = "[server]\n" + tls + "[admin]\n" + tls
                      + "[app.main]\nkey = k\nsecret = s\n";
    auto asked = with_file();
    CHECK(found(asked, {}, file).front.secure);
    CHECK(found(asked, {}, file).admin->secure);
    CHECK_FALSE(found(asked).front.secure);
    asked.url = "http://127.0.0.1:1";
    asked.admin = "http://127.0.0.1:2";
    CHECK_FALSE(found(asked, {}, file).front.secure);
    CHECK_FALSE(found(asked, {}, file).admin->secure);
  }

  TEST_CASE("an admin endpoint that is off is nowhere, unless it is given") {
    const std::string file
      = "[app.main]\nkey = k\nsecret = s\n[admin]\nlisten = off\n";
    CHECK(!found(with_file(), {}, file).admin);
    auto asked = with_file();
    asked.admin = "http://127.0.0.1:2";
    CHECK(found(asked, {}, file).admin);
  }

  TEST_CASE("a port that the server chooses must be given") {
    const auto server = find(
      with_file(), {}, "[server]\nport = 0\n[app.main]\nkey = k\nsecret = s\n");
    REQUIRE(std::holds_alternative<failure>(server));
    CHECK(contains(std::get<failure>(server).message, "--url"));
  }

  TEST_CASE("mistakes in the configuration are told with file and line") {
    const auto server = find(with_file(), {}, "[server]\nprot = 1\n");
    REQUIRE(std::holds_alternative<failure>(server));
    CHECK(std::get<failure>(server).status == exit_code::usage);
    CHECK(contains(std::get<failure>(server).message, "thunderpush.conf:2"));
  }

  TEST_CASE("the only application needs no name") {
    const auto server
      = found(with_file(), {}, "[app.main]\nkey = k\nsecret = s\n");
    const auto app = choose_app({}, server, credentials::key_and_secret);
    REQUIRE(std::holds_alternative<app_settings>(app));
    CHECK(std::get<app_settings>(app).secret == "s");
  }

  TEST_CASE("of several one must be named, and the message says which") {
    const auto server = found(with_file());
    options asked;
    CHECK(contains(refused(choose_app(asked, server, credentials::key)),
                   "main, second"));
    asked.app = "third";
    CHECK(contains(refused(choose_app(asked, server, credentials::key)),
                   "main, second"));
    asked.app = "second";
    const auto app = choose_app(asked, server, credentials::key);
    REQUIRE(std::holds_alternative<app_settings>(app));
    CHECK(std::get<app_settings>(app).key == "k2");
  }

  TEST_CASE("a key alone is enough where no secret is needed") {
    options asked;
    asked.key = "k";
    const auto app = choose_app(asked, found({}), credentials::key);
    REQUIRE(std::holds_alternative<app_settings>(app));
    CHECK(std::get<app_settings>(app).key == "k");
    CHECK(contains(
      refused(choose_app(asked, found({}), credentials::key_and_secret)),
      "--secret"));
  }

  TEST_CASE("the secret of a key is taken from the configuration") {
    options asked;
    asked.key = "k2";
    const auto app
      = choose_app(asked, found(with_file()), credentials::key_and_secret);
    REQUIRE(std::holds_alternative<app_settings>(app));
    CHECK(std::get<app_settings>(app).secret == "s2");
  }

  TEST_CASE("a secret of the command line is stronger") {
    options asked;
    asked.app = "main";
    asked.secret = "other";
    const auto app
      = choose_app(asked, found(with_file()), credentials::key_and_secret);
    REQUIRE(std::holds_alternative<app_settings>(app));
    CHECK(std::get<app_settings>(app).key == "k1");
    CHECK(std::get<app_settings>(app).secret == "other");
  }

  TEST_CASE("without any application the message says how to give one") {
    CHECK(contains(refused(choose_app({}, found({}), credentials::key)),
                   "--config FILE"));
  }
}

} // namespace thunderpush::ctl
