#include "tests/costs/in_process_server.hpp"

#include "tests/costs/callers.hpp"
#include "tests/costs/crowd.hpp"
#include "tests/costs/null_network.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>

#include "tools/benchmark/dialect.hpp"

using namespace thunderpush;
using namespace thunderpush::costs;

namespace {

constexpr std::size_t population = 100;

struct network_with_room {
  network_with_room() { null_network::of_process().reserve(2 * population); }
};

/// A server of two homes, its clients and an application server.
struct small_world : network_with_room {
  std::uint64_t publish(std::size_t channel) {
    const auto before = server.counted().deliveries;
    const auto request
      = benchmark::sockjs_dialect(
          {}, {in_process_server::key, in_process_server::secret})
          ->publish(channel, "\"hello\"");
    application.send(0, request);
    server.run();
    CHECK(server.counted().queued_bytes == 0);
    return server.counted().deliveries - before;
  }

  in_process_server server{2};
  crowd clients{server};
  callers application{server, 1};
};

} // namespace

TEST_CASE_FIXTURE(small_world, "a message reaches all clients of one channel") {
  clients.join(population, 0, 0);
  CHECK(server.actors(actor_kind::connection) == population);
  CHECK(server.actors(actor_kind::session) == population);
  CHECK(server.actors(actor_kind::channel) == 1);
  CHECK(publish(0) == population);
  CHECK(publish(1) == 0);
}

TEST_CASE_FIXTURE(small_world,
                  "a message reaches the one client of a channel") {
  clients.join(population, 0, 1);
  CHECK(server.actors(actor_kind::channel) == population);
  CHECK(publish(population - 1) == 1);
}

TEST_CASE_FIXTURE(small_world, "nothing is left of clients that have gone") {
  clients.join(population, 0, 1);
  clients.leave(population);
  CHECK(clients.size() == 0);
  CHECK(server.actors(actor_kind::connection) == 0);
  CHECK(server.actors(actor_kind::session) == 0);
  CHECK(server.actors(actor_kind::channel) == 0);
  CHECK(null_network::of_process().open_sockets() == application.size());
}
