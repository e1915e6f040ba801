#include "tests/transport/http_answer.hpp"
#include "tests/transport/http_fixture.hpp"
#include "tests/transport/tls_client.hpp"
#include "transport/http/connection.hpp"
#include "transport/listener.hpp"
#include "transport/newcomer.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

using namespace thunderpush;
using namespace std::chrono_literals;

namespace {

// What clients refer to: destroyed after the node.
struct secure_sites {
  std::array<site, 2> sites;
  std::vector<site_branch> branches;
  http_settings settings;
};

// Two homes that answer `/echo`, and `/0` and `/1` each on its own.
class newcomer_fixture : public secure_sites, public socket_node {
public:
  newcomer_fixture() {
    for (std::size_t here = 0; here < sites.size(); ++here) {
      branches.push_back({&node().at(here), &sites[here], &settings});
      for (std::size_t there = 0; there < sites.size(); ++there)
        offers(here, "/" + std::to_string(there),
               [this, here, there](const auto&, const auto& who) {
                 if (here == there)
                   who->respond(text("on " + std::to_string(here)));
                 else
                   who->move_to(branches[there]);
               });
      offers(here, "/echo", [](const auto& request, const auto& who) {
        who->respond(text(std::string{request.body}));
      });
      offers(here, "/large", [](const auto&, const auto& who) {
        who->respond(text(std::string(std::size_t{1} << 20, 'x')));
      });
    }
  }

  void offers(std::size_t home, std::string path, answer_function what) {
    sites[home].add(std::move(path),
                    std::make_shared<function_mount>(std::move(what)));
  }

  // A client that has connected to the first home.
  peer& comes(buffer_sizes sizes = {}) {
    auto& made = connects(sizes);
    const auto client = std::make_shared<newcomer>(
      branches[0], std::move(made.server), newcomer_steps{.shows = context});
    server_side = client;
    client->start();
    return made.client;
  }

  tls_client& comes_secure(const tls_client::options& chosen = {},
                           buffer_sizes sizes = {}) {
    return secure.emplace_back(comes(sizes), chosen);
  }

  bool steps() {
    bool moved = step();
    for (auto& each : secure)
      moved = each.step() || moved;
    return moved;
  }

  template <class Condition>
  bool comes_true(Condition&& condition) {
    return becomes_true(std::forward<Condition>(condition),
                        [this] { return steps(); });
  }

  void calm() {
    while (steps()) {
    }
  }

  // The bodies of `count` answers.
  std::string bodies(tls_client& who, std::size_t count = 1) {
    std::string all;
    std::string rest;
    REQUIRE(comes_true([&] {
      rest = who.received().substr(seen);
      std::size_t complete = 0;
      for (auto at = rest.find("\r\n\r\n"); at != std::string::npos;
           at = rest.find("\r\n\r\n", at + 4))
        ++complete;
      return complete == count || !who.failure().empty();
    }));
    calm();
    rest = who.received().substr(seen);
    seen = who.received().size();
    while (!rest.empty())
      all += take_answer(rest).body + ";";
    return all;
  }

  std::uint64_t failures() { return counted().tls_handshake_failures; }

  tls_files files;
  tls::context_ptr context = files.context();
  std::deque<tls_client> secure;
  std::weak_ptr<newcomer> server_side;
  std::size_t seen = 0;
};

} // namespace

TEST_SUITE("newcomer that speaks TLS") {
  TEST_CASE_FIXTURE(newcomer_fixture, "who has shaken hands is served") {
    auto& client = comes_secure();
    client.sends("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: "
                 "5\r\n\r\nhello");
    CHECK(bodies(client) == "hello;");
    CHECK(server_side.expired());
    client.sends(get("/0"));
    CHECK(bodies(client) == "on 0;");
    CHECK(failures() == 0);
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "requests move between homes, and the rest goes along") {
    auto& client = comes_secure();
    client.sends(get("/1") + get("/0") + get("/0") + get("/1"));
    CHECK(bodies(client, 4) == "on 1;on 0;on 0;on 1;");
    for (int i = 0; i < 3; ++i) {
      client.sends(get("/1"));
      CHECK(bodies(client) == "on 1;");
      client.sends(get("/0"));
      CHECK(bodies(client) == "on 0;");
    }
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "a large answer arrives before the end, whole") {
    auto& client = comes_secure({}, small_buffers);
    client.sends("GET /large HTTP/1.0\r\n\r\n");
    CHECK(comes_true([&] { return client.told_of_end(); }));
    CHECK(client.received().size() > (std::size_t{1} << 20));
    CHECK(client.received().ends_with("xxx"));
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "an answer that is not taken has its deadline") {
    auto& client = comes_secure({}, small_buffers);
    client.sends(get("/0"));
    CHECK(bodies(client) == "on 0;");
    secure.clear(); // it reads and writes nothing more
    auto& made = comes(small_buffers);
    tls_client slow{made};
    slow.sends("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    REQUIRE(becomes_true([&] { return !slow.received().empty(); },
                         [&] { return slow.step() || step(); }));
    made.stops_reading();
    settle();
    advance(settings.write_timeout + 200ms);
    made.reads_on();
    CHECK(eventually([&] { return made.ended() == peer::ending::reset; }));
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "hands are shaken in time or not at all") {
    settings.handshake_timeout = 2s;
    auto& silent = comes();
    passes(1900ms);
    CHECK(silent.ended() == peer::ending::none);
    passes(200ms);
    CHECK(ends(silent));
    CHECK(server_side.expired());
    CHECK(failures() == 0); // it has not even tried

    auto& slow = comes();
    tls_client half{slow};
    const auto hello = half.take_records();
    slow.sends(hello.substr(0, 20));
    passes(1000ms);
    slow.sends(hello.substr(20, 20)); // time does not begin anew
    passes(900ms);
    CHECK(slow.ended() == peer::ending::none);
    passes(200ms);
    CHECK(ends(slow));
    CHECK(server_side.expired());
    CHECK(failures() == 1);
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "the first request has a time of its own") {
    settings.handshake_timeout = 2s;
    settings.header_timeout = 5s;
    auto& client = comes_secure();
    CHECK(comes_true([&] { return client.is_secure(); }));
    calm();
    advance(4900ms);
    calm();
    CHECK_FALSE(client.told_of_end());
    advance(200ms);
    CHECK(comes_true([&] { return client.told_of_end(); }));
    CHECK(failures() == 0);
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "who speaks plain HTTP is told so, in plain HTTP") {
    for (const std::string request :
         {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS * HTTP/1.1\r\n",
          "delete / HTTP/1.1\r\n", "G"}) {
      auto& client = comes();
      client.sends(request);
      REQUIRE(ends(client));
      auto received = client.take_received();
      const auto answer = take_answer(received);
      CHECK(answer.status == "400");
      CHECK(answer.has("Connection: close"));
      CHECK(answer.body == "This port speaks TLS: use https:// (or wss://).\n");
      client.closes();
      settle();
      CHECK(server_side.expired());
    }
    CHECK(failures() == 4);
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "who goes on speaking plain HTTP is not heard for long") {
    auto& client = comes();
    client.sends(get("/"));
    REQUIRE(ends(client));
    passes(1500ms);
    client.sends(get("/"));
    settle();
    CHECK_FALSE(server_side.expired());
    passes(700ms);
    CHECK(server_side.expired());
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "who leaves has not failed yet") {
    comes().closes();
    settle();
    CHECK(server_side.expired());
    comes().breaks_off();
    settle();
    CHECK(server_side.expired());
    CHECK(failures() == 0);
    // In the middle it has.
    auto& client = comes();
    client.sends(tls_client{client}.take_records().substr(0, 50));
    settle();
    client.closes();
    settle();
    CHECK(server_side.expired());
    CHECK(failures() == 1);
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "garbage is refused") {
    for (const auto& bytes :
         {std::string(500, '\x16'), std::string(500, '\0'),
          std::string{"\x80\x2e"} + std::string(60, '\x01'),
          std::string{"\r\n\r\n12345"},
          std::string{"\x16\x03\x01\xff\xff"} + std::string(70'000, 'x')}) {
      auto& client = comes();
      client.sends(bytes);
      REQUIRE(eventually([&] { return client.ended() != peer::ending::none; }));
      CHECK(server_side.expired());
    }
    CHECK(failures() == 5);
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "TLS is as new as 1.2 or refused") {
    tls_client::options chosen;
    chosen.version = TLS1_1_VERSION;
    auto& client = comes_secure(chosen);
    CHECK(comes_true([&] { return !client.failure().empty(); }));
    CHECK_FALSE(client.is_secure());
    CHECK(failures() == 1);
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "HTTP/1.1 is what is spoken") {
    const auto outcome = [this](const std::string& offered) {
      tls_client::options chosen;
      chosen.protocols = offered;
      auto& client = comes_secure(chosen);
      CHECK(comes_true(
        [&] { return client.is_secure() || !client.failure().empty(); }));
      const unsigned char* agreed = nullptr;
      unsigned size = 0;
      SSL_get0_alpn_selected(client.native(), &agreed, &size);
      return client.failure().empty()
               ? std::string(reinterpret_cast<const char*>(agreed), size)
               : client.failure();
    };
    CHECK(outcome("\x08http/1.1") == "http/1.1");
    CHECK(outcome("\x02h2\x08http/1.1") == "http/1.1");
    CHECK(outcome("") == ""); // it may well be that
    CHECK(outcome("\x02h2") == "tlsv1 alert no application protocol");
    CHECK(outcome("\x08http/1.0") == "tlsv1 alert no application protocol");
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "clients may have to show who they are") {
    const identity_card authority{"authority"};
    const identity_card member{"member", authority};
    const identity_card stranger{"stranger"};
    files.write("ca.pem", authority.certificate_pem());
    auto chosen = files.settings();
    chosen.client_ca = files.path("ca.pem");
    context = tls_files::context(chosen);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      tls_client::options shown;
      shown.version = version;
      const auto served = [&](const identity_card* what) {
        shown.shows = what;
        seen = 0;
        auto& client = comes_secure(shown);
        client.sends(get("/0"));
        CHECK(comes_true([&] {
          return !client.failure().empty() || !client.received().empty();
        }));
        return !client.received().empty();
      };
      CHECK(served(&member));
      CHECK_FALSE(served(&stranger));
      CHECK_FALSE(served(nullptr));
    }
    CHECK(failures() == 4);
  }

  TEST_CASE_FIXTURE(newcomer_fixture, "the home may end before it has begun") {
    auto& silent = comes();
    auto& half = comes();
    half.sends(tls_client{half}.take_records().substr(0, 50));
    auto& refused = comes();
    refused.sends(get("/"));
    settle();
    CHECK(silent.ended() == peer::ending::none);
  }

  TEST_CASE_FIXTURE(newcomer_fixture,
                    "a listener shows new clients what it has got last") {
    listener door{branches, newcomer_steps{.shows = context}};
    CHECK(door.is_secure());
    door.open("127.0.0.1", 0);
    const auto port = static_cast<std::uint16_t>(
      std::stoul(door.address().substr(door.address().rfind(':') + 1)));
    door.start();
    std::deque<peer> peers;
    const auto connects_to_it = [&]() -> tls_client& {
      return secure.emplace_back(peers.emplace_back(port));
    };
    auto& before = connects_to_it();
    CHECK(comes_true([&] { return before.is_secure(); }));
    files.shows(identity_card{});
    door.show(files.context());
    run();
    auto& after = connects_to_it();
    CHECK(comes_true([&] { return after.is_secure(); }));
    CHECK(before.serial() != after.serial());
    // Who was there stays.
    before.sends(get("/0"));
    CHECK(bodies(before) == "on 0;");
    secure.clear();
    door.stop();
    run();
  }
}
