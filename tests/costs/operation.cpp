// Does one kind of thing so many times, for `instructions` to count what that
// takes:
//
//     costs_operation NAME COUNT [CLIENTS]
//
// CLIENTS: that are there beforehand, 1,000 by default. Prints how many of the
// things that are counted it did. Exit status 1 if the server did not do what
// it should have, 2 if the command line is wrong.
#include "tests/costs/callers.hpp"
#include "tests/costs/client_bytes.hpp"
#include "tests/costs/crowd.hpp"
#include "tests/costs/in_process_server.hpp"
#include "tests/costs/null_network.hpp"
#include "tests/support/manual_clock.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/benchmark/dialect.hpp"
#include "tools/benchmark/message_shape.hpp"

namespace {

using namespace thunderpush;
using namespace thunderpush::costs;

constexpr std::size_t usual_clients = 1000;
constexpr std::size_t message_bytes = 128;

// What an operation is done on. The clock stands still, so that no timer adds
// to what is counted.
struct stage {
  std::size_t population;
  std::size_t homes; // run by turns
  in_process_server server{homes, &manual_clock::now};
  crowd clients{server};
  std::unique_ptr<benchmark::dialect> requests = benchmark::sockjs_dialect(
    {}, {in_process_server::key, in_process_server::secret});

  std::string publish_to(std::size_t channel) const {
    return requests->publish(channel, benchmark::body_of(0, message_bytes));
  }
};

// Publications to one channel of many, so many of them under way at a time.
std::uint64_t deliver(stage& on, std::size_t count, std::size_t under_way) {
  on.clients.join(on.population, 0, 0);
  callers from{on.server, under_way};
  const auto request = on.publish_to(0);
  const auto before = on.server.counted().deliveries;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t each = 0; each < under_way; ++each)
      from.send(each, request);
    on.server.run();
  }
  return on.server.counted().deliveries - before;
}

std::uint64_t delivery(stage& on, std::size_t count) {
  return deliver(on, count, 1);
}

std::uint64_t delivery_of_many(stage& on, std::size_t count) {
  return deliver(on, count, 32);
}

// Publications to channels that have one subscriber each.
std::uint64_t publish(stage& on, std::size_t count) {
  on.clients.join(on.population, 0, 1);
  callers from{on.server, 1};
  std::vector<std::string> all;
  for (std::size_t i = 0; i < on.population; ++i)
    all.push_back(on.publish_to(i));
  const auto before = on.server.counted().deliveries;
  for (std::size_t i = 0; i < count; ++i) {
    from.send(0, all[i % on.population]);
    on.server.run();
  }
  return on.server.counted().deliveries - before;
}

// Clients that come, subscribe to a channel that others have, and go.
std::uint64_t visit(stage& on, std::size_t count) {
  on.clients.joins(0);
  const auto request = upgrade_request(*on.requests, on.population);
  const auto words = introduction(*on.requests, on.population, 0);
  auto& network = null_network::of_process();
  for (std::size_t i = 0; i < count; ++i) {
    const int socket = network.open();
    network.arrive(socket, request);
    on.server.accept(0, socket);
    on.server.run();
    for (const auto what : {std::string_view{words}, farewell()}) {
      network.arrive(socket, what);
      on.server.run();
    }
  }
  return on.server.counted().connections_closed;
}

std::uint64_t get(stage& on, std::size_t count) {
  on.clients.joins(0);
  callers from{on.server, 1};
  const auto request = on.requests->ask();
  const auto before = on.server.counted().http_requests;
  for (std::size_t i = 0; i < count; ++i) {
    from.send(0, request);
    on.server.run();
  }
  return on.server.counted().http_requests - before;
}

struct operation {
  std::uint64_t (*run)(stage&, std::size_t);
  std::size_t messages; // to all clients each time; 0: it is one thing
  std::size_t homes = 1;
};

const std::map<std::string_view, operation> operations{
  {"delivery", {delivery, 1}},
  {"delivery_by_two_homes", {delivery, 1, 2}},
  {"delivery_of_many", {delivery_of_many, 32}},
  {"publish", {publish, 0}},
  {"visit", {visit, 0}},
  {"get", {get, 0}},
};

// More than 0.
std::optional<std::size_t> number_in(std::string_view text) {
  const auto* const end = text.data() + text.size();
  std::size_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end && number > 0
           ? std::optional{number}
           : std::nullopt;
}

int usage() {
  std::cerr << "costs_operation NAME COUNT [CLIENTS], with a NAME of";
  for (const auto& each : operations)
    std::cerr << ' ' << each.first;
  std::cerr << '\n';
  return 2;
}

int run(const operation& what, std::size_t count, std::size_t clients) {
  null_network::of_process().reserve(clients + 1000);
  stage on{clients, what.homes};
  const auto done = what.run(on, count);
  const auto wanted
    = count * (what.messages > 0 ? what.messages * clients : std::size_t{1});
  const auto counted = on.server.counted();
  std::cout << done << '\n';
  if (done == wanted && counted.queued_bytes == 0 && counted.actor_failures == 0
      && counted.refused_publications == 0)
    return 0;
  std::cerr << "costs_operation: " << done << " in place of " << wanted << ", "
            << counted.queued_bytes << " bytes not written, "
            << counted.refused_publications << " refused, "
            << counted.actor_failures << " failures\n";
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.size() != 2 && arguments.size() != 3)
    return usage();
  const auto chosen = operations.find(arguments[0]);
  const auto count = number_in(arguments[1]);
  const auto clients
    = arguments.size() == 3 ? number_in(arguments[2]) : usual_clients;
  if (chosen == operations.end() || !count || !clients)
    return usage();
  return run(chosen->second, *count, *clients);
}
