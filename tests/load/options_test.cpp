#include "tests/load/options.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace thunderpush::load;

namespace {

std::variant<options, usage_error> parse(std::vector<std::string_view> more,
                                         std::string_view scenario = "fanout") {
  std::vector<std::string_view> all{scenario, "--port",   "8080",   "--key",
                                    "public", "--secret", "s3cret!"};
  all.insert(all.end(), more.begin(), more.end());
  return parse_options(all);
}

bool refused(std::vector<std::string_view> more) {
  return std::holds_alternative<usage_error>(parse(std::move(more)));
}

} // namespace

TEST_SUITE("options") {
  TEST_CASE("a scenario has its own defaults") {
    const auto fanout = std::get<options>(parse({}));
    CHECK(fanout.clients == 10'000);
    CHECK(fanout.timeout == std::chrono::seconds{120});
    CHECK(to_string(fanout.server) == "127.0.0.1:8080");
    const auto churn = std::get<options>(parse({}, "churn"));
    CHECK(churn.clients == 2'000);
    CHECK(churn.duration == std::chrono::seconds{60});
  }

  TEST_CASE("idle has its own transports") {
    const auto idle = std::get<options>(
      parse({"--pid", "7", "--transport", "eventsource"}, "idle"));
    CHECK(idle.idle_over == session_transport::eventsource);
    CHECK(std::holds_alternative<usage_error>(
      parse({"--pid", "7", "--transport", "sockjs"}, "idle")));
    CHECK(std::holds_alternative<usage_error>(parse({}, "idle")));
  }

  TEST_CASE("mixed is told what the server was told") {
    const auto mixed
      = std::get<options>(parse({"--admin", "8081", "--disconnect-delay", "1",
                                 "--ping-timeout", "3", "--channels", "7"},
                                "mixed"));
    CHECK(mixed.admin_port == 8081);
    CHECK(mixed.disconnect_delay == std::chrono::seconds{1});
    CHECK(mixed.ping_timeout == std::chrono::seconds{3});
    CHECK(mixed.channels == 7);
  }

  TEST_CASE("the default timeout leaves room beyond the duration") {
    CHECK(std::get<options>(parse({"--duration", "30"}, "churn")).timeout
          == std::chrono::seconds{150});
    CHECK(
      std::get<options>(parse({"--timeout", "7", "--duration", "30"}, "churn"))
        .timeout
      == std::chrono::seconds{7});
  }

  TEST_CASE("every loopback address is allowed, no other host is") {
    CHECK_FALSE(refused({"--host", "127.9.8.7"}));
    CHECK_FALSE(refused({"--host", "localhost"}));
    for (const std::string_view host :
         {"10.0.0.1", "128.0.0.1", "0.0.0.0", "::1", "example.org", "127.1"}) {
      CAPTURE(host);
      CHECK(refused({"--host", host}));
    }
  }

  TEST_CASE("what cannot be followed is refused") {
    CHECK(refused({"--port", "0"}));
    CHECK(refused({"--port", "65536"}));
    CHECK(refused({"--clients", "0"}));
    CHECK(refused({"--clients", "ten"}));
    CHECK(refused({"--clients", "10x"}));
    CHECK(refused({"--clients"}));
    CHECK(refused({"--transport", "xhr"}));
    CHECK(refused({"--key", "a:b"}));
    CHECK(refused({"--secret", "a\r\nb"}));
    CHECK(refused({"--admin", "0"}));
    CHECK(refused({"--channels", "0"}));
    CHECK(refused({"--unknown", "1"}));
    CHECK(std::holds_alternative<usage_error>(parse({}, "unknown")));
    CHECK(std::holds_alternative<usage_error>(parse({}, "soak")));
    CHECK(std::holds_alternative<usage_error>(parse_options({})));
  }
}
