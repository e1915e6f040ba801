#include "api/admin_access.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace thunderpush;

namespace {

using fields = std::vector<http_field>;

std::optional<admin_error> refusal(const admin_access& by, const fields& sent,
                                   bool is_reading = true) {
  http_request request;
  request.fields = sent;
  return by.refusal(request, is_reading);
}

const admin_access with_token{"s3cret", "0.0.0.0"};
const admin_access on_loopback{"", "127.0.0.1"};

bool takes_host(const admin_access& by, std::string_view host) {
  return !refusal(by, {{"Host", host}});
}

bool takes_change(std::string_view host, std::string_view origin) {
  return !refusal(on_loopback, {{"Host", host}, {"Origin", origin}}, false);
}

} // namespace

TEST_SUITE("admin access") {
  TEST_CASE("who shows the token may do all") {
    const fields shown{{"Host", "status.example"},
                       {"Authorization", "Bearer s3cret"},
                       {"Origin", "https://elsewhere.example"}};
    CHECK_FALSE(refusal(with_token, shown, true));
    CHECK_FALSE(refusal(with_token, shown, false));
    CHECK_FALSE(refusal(with_token, {{"authorization", "bearer s3cret"}}));
  }

  TEST_CASE("who does not show it may do nothing") {
    for (const char* shown : {"", "Bearer", "Bearer ", "Bearer s3cre",
                              "Bearer s3crett", "Bearer S3CRET", "Basic s3cret",
                              "s3cret", "Bearers3cret", "Bearer other"}) {
      CAPTURE(shown);
      CHECK(
        refusal(with_token, {{"Host", "localhost"}, {"Authorization", shown}})
        == admin_error::no_token);
    }
    CHECK(refusal(with_token, {{"Host", "localhost"}})
          == admin_error::no_token);
    CHECK(refusal(with_token, {}, false) == admin_error::no_token);
  }

  TEST_CASE("without a token the Host is one of its own names") {
    for (const char* host :
         {"localhost", "LocalHost:9090", "127.0.0.1", "127.0.0.1:9090",
          "127.1.2.3:80", "[::1]", "[::1]:9090"}) {
      CAPTURE(host);
      CHECK(takes_host(on_loopback, host));
    }
  }

  TEST_CASE("a name that was bound to this machine is refused") {
    for (const char* host :
         {"", "evil.example", "evil.example:9090", "localhost.evil.example",
          "notlocalhost", "127.evil.example", "127.0.0.1.evil.example:80",
          "0.0.0.0", "[::2]", "10.0.0.1", "[::1].evil.example",
          "[::1]evil.example:80", "[::1", "[localhost]", "[127.0.0.1]"}) {
      CAPTURE(host);
      CHECK_FALSE(takes_host(on_loopback, host));
    }
    CHECK(refusal(on_loopback, {}) == admin_error::wrong_host);
  }

  TEST_CASE("the name it listens on is its own") {
    const admin_access named{"", "status.internal"};
    CHECK(takes_host(named, "status.internal:9090"));
    CHECK(takes_host(named, "Status.Internal"));
    CHECK(takes_host(named, "localhost"));
    CHECK_FALSE(takes_host(named, "[status.internal]"));
    CHECK_FALSE(takes_host(named, "status.example"));
    const admin_access v6{"", "fd00::7"};
    CHECK(takes_host(v6, "[fd00::7]:9090"));
    CHECK(takes_host(v6, "[FD00::7]"));
    CHECK_FALSE(takes_host(v6, "[fd00::8]:9090"));
    CHECK_FALSE(takes_host(v6, "fd00::7"));
  }

  TEST_CASE("a page of another origin changes nothing") {
    for (const char* origin :
         {"http://evil.example", "http://localhost", "http://localhost:8080",
          "https://evil.example/localhost:9090", "null", "localhost:9090",
          "http://127.0.0.1:9090"}) {
      CAPTURE(origin);
      CHECK_FALSE(takes_change("localhost:9090", origin));
    }
  }

  TEST_CASE("its own page, and whoever is no page, may change") {
    CHECK(takes_change("localhost:9090", "http://localhost:9090"));
    CHECK(takes_change("LOCALHOST:9090", "http://localhost:9090"));
    CHECK(takes_change("[::1]:9090", "http://[::1]:9090"));
    CHECK_FALSE(refusal(on_loopback, {{"Host", "localhost:9090"}}, false));
  }

  TEST_CASE("a page of another origin may read what browsers keep from it") {
    CHECK_FALSE(refusal(
      on_loopback,
      {{"Host", "localhost:9090"}, {"Origin", "http://evil.example"}}, true));
  }
}
