#include "transport/newcomer.hpp"

#include "tests/transport/http_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace thunderpush;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

constexpr std::string_view line
  = "PROXY TCP4 203.0.113.9 198.51.100.1 56324 443\r\n";

const std::string binary_header
  = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xC0\0\2\1\xC6\x33\x64\1\xDC\4\1\xBB"s;

class newcomer_fixture : public http_fixture {
public:
  newcomer_fixture() {
    settings.handshake_timeout = 5s;
    offers("/who", [](const auto& request, const auto& client) {
      const auto address = client->address();
      client->respond(text((address ? address->text() : "nobody") + " "
                           + std::string{request.body}));
    });
  }

  // A client of a listener for proxies.
  peer& comes() {
    auto& made = connects();
    const auto who = std::make_shared<newcomer>(
      site_branch{&node().at(0), &offer, &settings}, std::move(made.server),
      newcomer_steps{.proxy_header = true});
    guest = who;
    who->start();
    return made.client;
  }

  std::uint64_t refused() {
    return node().at(0).counters().refused_proxy_headers;
  }

  // Whether nothing is left of the last one.
  bool has_gone(const peer& client) {
    return eventually(
      [&] { return client.ended() != peer::ending::none && guest.expired(); });
  }

  std::weak_ptr<newcomer> guest; // the last
};

} // namespace

TEST_SUITE("newcomer") {
  TEST_CASE_FIXTURE(newcomer_fixture, "a proxy says who the client is") {
    for (const auto& [header, address] :
         {std::pair{std::string{line}, "203.0.113.9"},
          std::pair{binary_header, "192.0.2.1"},
          std::pair{"PROXY UNKNOWN\r\n"s, "127.0.0.1"}}) {
      auto& client = comes();
      client.sends(header + get("/who"));
      CHECK(answer_to(client).body == address + " "s);
      CHECK(guest.expired());
      client.sends(get("/who"));
      CHECK(answer_to(client).body == address + " "s);
    }
    CHECK(refused() == 0);
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "it does not matter where the bytes are cut") {
    for (const auto& header : {std::string{line}, binary_header}) {
      auto& client = comes();
      for (const char each : header + get("/who")) {
        client.sends({&each, 1});
        settle();
      }
      CHECK(answer_to(client).status == "200");
    }
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "a client may have said all before it is looked at") {
    auto& client = comes();
    client.sends(std::string{line} + "POST /who HTTP/1.1\r\nHost: h\r\n"
                 + "Content-Length: 100000\r\n\r\n"
                 + std::string(100'000, 'x'));
    client.finishes();
    CHECK(answer_to(client).body == "203.0.113.9 " + std::string(100'000, 'x'));
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "a second header is the client's, and a bad request") {
    auto& client = comes();
    client.sends(std::string{line} + std::string{line} + get("/who"));
    CHECK(answer_to(client).status == "400");
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "without a header it is closed") {
    for (const auto& bytes :
         {get("/who"), "PROXY TCP4 x\r\n"s, "\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0"s,
          std::string(200, 'P')}) {
      auto& client = comes();
      client.sends(bytes);
      CHECK(has_gone(client));
      CHECK(client.received() == "");
    }
    CHECK(refused() == 4);
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "who goes before the end is forgotten") {
    for (const auto part : {line.substr(0, 0), line.substr(0, 20)}) {
      auto& client = comes();
      client.sends(part);
      settle();
      client.finishes();
      CHECK(has_gone(client));
    }
    auto& client = comes();
    client.sends(line.substr(0, 20));
    settle();
    client.breaks_off();
    CHECK(eventually([&] { return guest.expired(); }));
    CHECK(refused() == 3);
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "who takes too long is closed") {
    auto& silent = comes();
    const auto first = guest;
    auto& slow = comes();
    const auto second = guest;
    for (int i = 0; i < 4; ++i) {
      slow.sends(line.substr(static_cast<std::size_t>(i), 1));
      passes(1s);
    }
    CHECK(refused() == 0);
    passes(1200ms);
    CHECK(ends(silent));
    CHECK(eventually([&] { return first.expired() && second.expired(); }));
    CHECK(slow.ended() != peer::ending::none);
    CHECK(refused() == 2);
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "who waits with its request has the time for that") {
    settings.header_timeout = 10s;
    auto& client = comes();
    client.sends(line);
    passes(9s);
    client.sends(get("/who"));
    CHECK(answer_to(client).body == "203.0.113.9 ");
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "where proxies are listed only they are believed") {
    settings.trusted_proxies = *parse_ip_networks("10.0.0.0/8");
    const auto& client = comes();
    CHECK(has_gone(client));
    CHECK(client.received() == "");
    CHECK(refused() == 1);
    settings.trusted_proxies = *parse_ip_networks("10.0.0.0/8 127.0.0.1");
    auto& other = comes();
    other.sends(std::string{line} + get("/who"));
    CHECK(answer_to(other).body == "203.0.113.9 ");
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "what waits for more of a header costs nothing") {
    auto& client = comes();
    client.sends(line.substr(0, 20));
    settle();
    for (int i = 0; i < 10; ++i)
      CHECK_FALSE(node().at(0).poll());
    client.sends(std::string{line.substr(20)} + get("/who"));
    CHECK(answer_to(client).status == "200");
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "the end of the home is its end") {
    comes();
    node().at(0).sockets().dismiss_all();
    CHECK(guest.expired());
  }
}
