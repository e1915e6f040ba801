#include "tests/transport/http_fixture.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

using namespace thunderpush;

namespace {

// Says whom it takes for the client: its address, and as operators see it.
class client_fixture : public http_fixture {
public:
  client_fixture() {
    offers("/who", [](const auto&, const auto& client) {
      const auto address = client->address();
      const auto seen = client->peer();
      client->respond(text((address ? address->text() : "nobody") + " "
                           + (seen ? seen->address : "gone")));
    });
  }

  void trusts(std::string_view networks) {
    settings.trusted_proxies = *parse_ip_networks(networks);
  }

  // Whom the next request of the client is taken for.
  std::string who(peer& client, std::string_view forwarded = {}) {
    const auto field = forwarded.empty() ? std::string{}
                                         : "X-Forwarded-For: "
                                             + std::string{forwarded} + "\r\n";
    client.sends("GET /who HTTP/1.1\r\nHost: h\r\n" + field + "\r\n");
    return answer_to(client).body;
  }

  // The same for a client of loopback, without its port.
  std::string who_without_port(peer& client, std::string_view forwarded = {}) {
    const auto seen = who(client, forwarded);
    return seen.substr(0, seen.rfind(':'));
  }

  // A client whose stream is told this beforehand.
  peer& told(const std::optional<ip_address>& address) {
    auto& made = connects();
    made.server.tell(address);
    std::make_shared<http_connection>(node().at(0), std::move(made.server),
                                      offer, settings)
      ->start();
    return made.client;
  }
};

constexpr auto loopback_client = "127.0.0.1 127.0.0.1";

} // namespace

TEST_SUITE("client address") {
  TEST_CASE_FIXTURE(client_fixture, "without proxies the socket knows") {
    auto& client = visits();
    CHECK(who_without_port(client) == loopback_client);
    CHECK(who_without_port(client, "203.0.113.9") == loopback_client);
    trusts("");
    CHECK(who_without_port(client, "203.0.113.9") == loopback_client);
    trusts("10.0.0.0/8");
    CHECK(who_without_port(client, "203.0.113.9, 10.0.0.1") == loopback_client);
  }

  TEST_CASE_FIXTURE(client_fixture, "each request of a proxy has a client") {
    trusts("127.0.0.0/8");
    auto& client = visits();
    CHECK(who(client, "203.0.113.9") == "203.0.113.9 203.0.113.9");
    CHECK(who(client, "2a00::1, 127.0.0.2") == "2a00::1 2a00::1");
    CHECK(who_without_port(client) == loopback_client);
    CHECK(who_without_port(client, "unknown") == loopback_client);
  }

  TEST_CASE_FIXTURE(client_fixture,
                    "of whom a proxy told, what is forwarded is believed only "
                    "if it is trusted itself") {
    trusts("127.0.0.0/8");
    auto& client = told(parse_ip_address("203.0.113.9"));
    CHECK(who(client) == "203.0.113.9 203.0.113.9");
    CHECK(who(client, "192.0.2.66") == "203.0.113.9 203.0.113.9");
    CHECK(who(client, "127.0.0.1") == "203.0.113.9 203.0.113.9");
    trusts("203.0.113.9");
    CHECK(who(client, "2a00::1") == "2a00::1 2a00::1");
    CHECK(who(client) == "203.0.113.9 203.0.113.9");
  }

  TEST_CASE_FIXTURE(client_fixture,
                    "of whom a proxy knows nothing, nothing is believed") {
    trusts("127.0.0.0/8");
    auto& client = told(std::nullopt);
    CHECK(who_without_port(client) == loopback_client);
    CHECK(who_without_port(client, "203.0.113.9") == loopback_client);
  }

  TEST_CASE_FIXTURE(client_fixture,
                    "who takes the socket over is told of the client") {
    trusts("127.0.0.1");
    std::optional<client_stream> taken;
    offers("/take", [&](const auto&, const auto& client) {
      taken.emplace(client->take_over().stream);
    });
    auto& client = visits();
    client.sends("GET /take HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: "
                 "203.0.113.9\r\n\r\n");
    REQUIRE(eventually([&] { return taken.has_value(); }));
    CHECK(taken->address() == parse_ip_address("203.0.113.9"));
    const auto seen = taken->peer();
    REQUIRE(seen);
    CHECK(seen->address == "203.0.113.9");
    CHECK(seen->round_trip.has_value());
  }

  TEST_CASE_FIXTURE(client_fixture,
                    "the other end of a Unix socket has no name, and is "
                    "believed where proxies are") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data())
            == 0);
    std::make_shared<http_connection>(node().at(0), client_stream{ends[0]},
                                      offer, settings)
      ->start();
    const auto ask = [&](const std::string& field) {
      const auto request = "GET /who HTTP/1.1\r\nHost: h\r\n" + field + "\r\n";
      ::send(ends[1], request.data(), request.size(), 0);
      std::string received;
      REQUIRE(eventually([&] {
        std::array<char, 1024> part{};
        const auto got = ::recv(ends[1], part.data(), part.size(), 0);
        if (got > 0)
          received.append(part.data(), static_cast<std::size_t>(got));
        return received.find("\r\n\r\n") != std::string::npos;
      }));
      return take_answer(received).body;
    };
    CHECK(ask("X-Forwarded-For: 203.0.113.9\r\n") == "nobody unix");
    trusts("");
    CHECK(ask("") == "nobody unix");
    CHECK(ask("X-Forwarded-For: 203.0.113.9\r\n") == "203.0.113.9 203.0.113.9");
    CHECK(ask("X-Forwarded-For: 192.0.2.66, 203.0.113.9\r\n")
          == "203.0.113.9 203.0.113.9");
    ::close(ends[1]);
    settle();
  }
}
