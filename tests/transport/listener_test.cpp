#include "transport/listener.hpp"

#include "tests/transport/socket_node.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <dirent.h>
#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

using namespace thunderpush;

namespace {

// Answers with the number of its home.
class numbering_mount final : public mount {
public:
  explicit numbering_mount(std::size_t number) : number_(number) {}

  void serve(const http_request&,
             const std::shared_ptr<http_connection>& client) override {
    client->respond({200, "text/plain", {}, std::to_string(number_)});
  }

private:
  std::size_t number_;
};

// What connections refer to: destroyed after the node.
struct numbered_sites {
  std::deque<site> sites;
  http_settings settings;
};

class listener_fixture : public numbered_sites, public deterministic_node {
public:
  listener_fixture() : deterministic_node({}, 3) {
    std::vector<site_branch> branches;
    for (std::size_t i = 0; i < node().size(); ++i) {
      auto& offer = sites.emplace_back();
      offer.add("/", std::make_shared<numbering_mount>(i));
      branches.push_back({&node().at(i), &offer, &settings});
    }
    door = std::make_unique<listener>(std::move(branches));
  }

  ~listener_fixture() override {
    clients.clear();
    door->stop();
    run();
  }

  // The port, once it listens on the loopback interface.
  std::uint16_t opens() {
    door->open("127.0.0.1", 0);
    const auto address = door->address();
    REQUIRE(address.starts_with("127.0.0.1:"));
    return static_cast<std::uint16_t>(
      std::stoul(address.substr(address.find(':') + 1)));
  }

  peer& connects(std::uint16_t port) { return clients.emplace_back(port); }

  template <class Condition>
  bool eventually(Condition&& condition) {
    return becomes_true(std::forward<Condition>(condition), [this] {
      run();
      bool moved = false;
      for (auto& each : clients)
        moved = each.step() || moved;
      return moved;
    });
  }

  // The home that serves the client.
  std::string home_of_client(peer& who) {
    who.sends("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    REQUIRE(eventually(
      [&] { return who.received().find("\r\n\r\n") != std::string::npos; }));
    const auto answer = who.take_received();
    return answer.substr(answer.size() - 1);
  }

  std::unique_ptr<listener> door;
  std::deque<peer> clients;
};

// Leaves this process no further file descriptor, as long as it lives.
class descriptor_famine {
public:
  descriptor_famine() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    auto less = before_;
    less.rlim_cur = highest_descriptor() + 1;
    ::setrlimit(RLIMIT_NOFILE, &less);
    // Numbers below the highest may be free.
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0))
      fill_.push_back(fd);
  }
  descriptor_famine(const descriptor_famine&) = delete;
  descriptor_famine& operator=(const descriptor_famine&) = delete;
  ~descriptor_famine() {
    for (const int fd : fill_)
      ::close(fd);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

private:
  static rlim_t highest_descriptor() {
    rlim_t highest = 0;
    auto* const entries = ::opendir("/proc/self/fd");
    REQUIRE(entries != nullptr);
    while (const auto* each = ::readdir(entries))
      if (each->d_name[0] != '.')
        highest = std::max<rlim_t>(highest, std::stoul(each->d_name));
    ::closedir(entries);
    return highest;
  }

  rlimit before_{};
  std::vector<int> fill_;
};

} // namespace

TEST_SUITE("listener") {
  TEST_CASE_FIXTURE(listener_fixture, "nobody is accepted before the start") {
    auto& client = connects(opens());
    CHECK(client.connected()); // the system has it waiting
    client.sends("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    run();
    client.step();
    CHECK(client.received() == "");
    door->start();
    CHECK(eventually([&] { return !client.received().empty(); }));
  }

  TEST_CASE_FIXTURE(listener_fixture, "homes get clients in turn") {
    const auto port = opens();
    door->start();
    std::string homes;
    for (int i = 0; i < 7; ++i)
      homes += home_of_client(connects(port));
    CHECK(homes == "0120120");
    // And keep them.
    for (std::size_t i = 0; i < clients.size(); ++i)
      CHECK(home_of_client(clients[i]) == homes.substr(i, 1));
  }

  TEST_CASE_FIXTURE(listener_fixture,
                    "a crowd that comes at once is accepted") {
    const auto port = opens();
    for (int i = 0; i < 200; ++i)
      connects(port);
    door->start();
    std::string homes;
    for (auto& each : clients)
      homes += home_of_client(each);
    for (const char home : {'0', '1', '2'})
      CHECK(std::count(homes.begin(), homes.end(), home) >= 66);
  }

  TEST_CASE_FIXTURE(listener_fixture, "clients may be gone before their turn") {
    const auto port = opens();
    for (int i = 0; i < 100; ++i)
      connects(port).breaks_off();
    auto& last = connects(port);
    door->start();
    CHECK(home_of_client(last).size() == 1);
  }

  TEST_CASE_FIXTURE(listener_fixture, "after the stop nobody is accepted") {
    const auto port = opens();
    door->start();
    auto& before = connects(port);
    home_of_client(before);
    door->stop();
    run();
    CHECK_FALSE(connects(port).connected());
    // Who was there stays.
    CHECK(home_of_client(before).size() == 1);
  }

  TEST_CASE_FIXTURE(listener_fixture, "an address in use is an error") {
    const auto port = opens();
    listener other{{{&node().at(0), &sites[0], &settings}}};
    CHECK_THROWS_AS(other.open("127.0.0.1", port), listen_error);
  }

  TEST_CASE_FIXTURE(listener_fixture, "a host that nobody knows is an error") {
    CHECK_THROWS_AS(door->open("no-such-host.invalid", 0), listen_error);
  }

  TEST_CASE_FIXTURE(listener_fixture,
                    "an address of another machine is an error") {
    CHECK_THROWS_AS(door->open("192.0.2.1", 0), listen_error);
  }

  TEST_CASE_FIXTURE(listener_fixture,
                    "without a host all interfaces are open") {
    door->open("", 0);
    const auto address = door->address();
    const bool everywhere
      = address.starts_with("[::]:") || address.starts_with("0.0.0.0:");
    CHECK(everywhere);
    door->start();
    const auto port = static_cast<std::uint16_t>(
      std::stoul(address.substr(address.rfind(':') + 1)));
    CHECK(home_of_client(connects(port)) == "0");
  }

  TEST_CASE_FIXTURE(listener_fixture, "a host may be a name") {
    door->open("localhost", 0);
    const auto address = door->address();
    const bool local
      = address.starts_with("[::1]:") || address.starts_with("127.0.0.1:");
    CHECK(local);
  }

  TEST_CASE_FIXTURE(listener_fixture,
                    "clients of a Unix socket are accepted as others") {
    const auto name = "@thunderpush-listener-" + std::to_string(::getpid());
    door->open_path(name, 0600);
    CHECK(door->address() == "unix:" + name);
    door->start();
    std::string homes;
    for (int i = 0; i < 3; ++i)
      homes += home_of_client(clients.emplace_back(name));
    CHECK(homes == "012");
    door->stop();
    run();
    CHECK_FALSE(clients.emplace_back(name).connected());
  }

  TEST_CASE_FIXTURE(
    listener_fixture,
    "where proxies connect, a client is heard behind a header") {
    std::vector<site_branch> branches;
    for (std::size_t i = 0; i < node().size(); ++i)
      branches.push_back({&node().at(i), &sites[i], &settings});
    door = std::make_unique<listener>(std::move(branches),
                                      newcomer_steps{.proxy_header = true});
    const auto port = opens();
    door->start();
    std::string homes;
    for (int i = 0; i < 4; ++i) {
      auto& client = connects(port);
      client.sends("PROXY UNKNOWN\r\n");
      homes += home_of_client(client);
    }
    CHECK(homes == "0120");
    auto& other = connects(port);
    other.sends("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(eventually([&] { return other.ended() != peer::ending::none; }));
    CHECK(other.received() == "");
  }

  // Each of these lets everything run once beforehand: UBSan needs a descriptor
  // for each type that it meets for the first time.

  TEST_CASE_FIXTURE(listener_fixture,
                    "without descriptors clients are refused, later accepted") {
    const auto port = opens();
    door->start();
    auto& before = connects(port);
    home_of_client(before);
    for (int i = 0; i < 4; ++i)
      connects(port);
    {
      const descriptor_famine famine;
      REQUIRE(eventually([&] {
        return std::all_of(clients.begin() + 1, clients.end(),
                           [](const peer& each) {
                             return each.ended() != peer::ending::none
                                    && each.received().empty();
                           });
      }));
      CHECK(home_of_client(before).size() == 1);
    }
    CHECK(home_of_client(connects(port)).size() == 1);
  }

  TEST_CASE_FIXTURE(listener_fixture,
                    "it may be stopped while it refuses clients") {
    const auto port = opens();
    door->start();
    home_of_client(connects(port));
    auto& refused = connects(port);
    const descriptor_famine famine;
    REQUIRE(eventually([&] { return refused.ended() != peer::ending::none; }));
    door->stop();
    run();
    CHECK_FALSE(node().at(0).poll());
  }
}
