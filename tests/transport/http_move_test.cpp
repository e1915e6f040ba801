#include "tests/transport/http_fixture.hpp"
#include "transport/http/connection.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

// What connections refer to: destroyed after the node.
struct sites_by_home {
  std::array<site, 2> sites;
  std::vector<site_branch> branches;
  http_settings settings;
};

// Two homes that both answer for `/0` and `/1`, each there.
class move_fixture : public sites_by_home,
                     public socket_node,
                     private response_observer {
public:
  move_fixture() {
    for (std::size_t here = 0; here < sites.size(); ++here) {
      branches.push_back({&node().at(here), &sites[here], &settings});
      for (const std::size_t there : {0U, 1U}) {
        sites[here].add(
          "/" + std::to_string(there),
          std::make_shared<function_mount>(
            [this, here, there](const auto& request, const auto& client) {
              CHECK(node().at(here).on_home());
              if (here == there)
                answer(here, request, *client);
              else
                client->move_to(branches[there]);
            }));
      }
    }
  }

  // A client that was accepted by the first home.
  peer& visits() {
    auto& made = connects();
    const auto connection = std::make_shared<http_connection>(
      node().at(0), std::move(made.server), sites[0], settings);
    first_side = connection;
    connection->start();
    return made.client;
  }

  http_answer answer_to(peer& who) {
    REQUIRE(eventually([&] { return !who.received().empty(); }));
    settle();
    auto received = who.take_received();
    auto seen = take_answer(received);
    CHECK(received == "");
    return seen;
  }

  std::weak_ptr<http_connection> first_side; // as the first home knows it
  std::weak_ptr<http_connection> side;       // as the last one to answer does
  int times_lost = 0;

private:
  void answer(std::size_t here, const http_request& request,
              http_connection& client) {
    side = client.weak_from_this();
    if (request.path().ends_with("held"))
      client.hold(*this);
    else
      client.respond(
        text(std::to_string(here) + " " + std::string{request.method} + " "
             + std::string{request.target} + " " + std::string{request.body}));
  }

  void drained() override {}
  void lost() override { ++times_lost; }
};

} // namespace

TEST_SUITE("move of an HTTP connection") {
  TEST_CASE_FIXTURE(move_fixture, "a request is served on another home") {
    auto& client = visits();
    client.sends(
      "POST /1?q HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
    CHECK(answer_to(client).body == "1 POST /1?q body");
    CHECK(first_side.expired());
    CHECK(client.ended() == peer::ending::none);
  }

  TEST_CASE_FIXTURE(move_fixture, "the client lives there from then on") {
    auto& client = visits();
    for (const auto* const each : {"/1", "/1/a", "/1/b"}) {
      client.sends(get(each));
      CHECK(answer_to(client).body == std::string{"1 GET "} + each + " ");
    }
    passes(settings.keep_alive_timeout - 100ms);
    CHECK(client.ended() == peer::ending::none);
    passes(100ms);
    CHECK(ends(client));
    CHECK(side.expired());
  }

  TEST_CASE_FIXTURE(move_fixture, "it may move on and back") {
    auto& client = visits();
    for (const auto* const each : {"/0", "/1", "/0", "/1", "/1", "/0"}) {
      client.sends(get(each));
      CHECK(answer_to(client).body
            == std::string{each + 1} + " GET " + each + " ");
    }
  }

  TEST_CASE_FIXTURE(move_fixture,
                    "requests behind the one that moves go along, in order") {
    auto& client = visits();
    client.sends(get("/0/a") + get("/1/b") + get("/1/c") + get("/0/d")
                 + get("/1/e") + "GET /0/f HT");
    REQUIRE(eventually([&] { return client.received().ends_with("/1/e "); }));
    client.sends("TP/1.1\r\nHost: h\r\n\r\n");
    REQUIRE(eventually([&] { return client.received().ends_with("/0/f "); }));
    auto received = client.take_received();
    for (const auto* const body : {"0 GET /0/a ", "1 GET /1/b ", "1 GET /1/c ",
                                   "0 GET /0/d ", "1 GET /1/e ", "0 GET /0/f "})
      CHECK(take_answer(received).body == body);
    CHECK(received == "");
  }

  TEST_CASE_FIXTURE(move_fixture, "it is kept or closed as it asked for") {
    auto& client = visits();
    client.sends("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(answer_to(client).has("Connection: keep-alive"));
    client.sends("GET /0 HTTP/1.0\r\n\r\n");
    CHECK(ends(client));
    CHECK(answer_to(client).has("Connection: close"));
  }

  TEST_CASE_FIXTURE(move_fixture, "its end is noticed there") {
    auto& client = visits();
    client.sends(get("/1/held"));
    settle();
    CHECK_FALSE(side.expired());
    CHECK(times_lost == 0);
    client.closes();
    settle();
    CHECK(times_lost == 1);
    CHECK(side.expired());
  }

  TEST_CASE_FIXTURE(move_fixture,
                    "a client may be gone when it arrives there") {
    auto& client = visits();
    client.sends(get("/1/held"));
    REQUIRE(eventually([&] { return client.all_sent(); }));
    client.breaks_off();
    settle();
    CHECK(times_lost == 1);
    CHECK(first_side.expired());
    CHECK(side.expired());
  }
}
