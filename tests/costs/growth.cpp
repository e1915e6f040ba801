#include "tests/costs/growth.hpp"

#include "tests/costs/callers.hpp"
#include "tests/costs/crowd.hpp"
#include "tests/costs/in_process_server.hpp"
#include "tests/costs/null_network.hpp"
#include "tests/costs/usage.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <utility>

#include "tools/benchmark/message_shape.hpp"

namespace thunderpush::costs {

namespace {

using std::chrono::nanoseconds;

constexpr std::size_t message_bytes = 128;
constexpr std::size_t under_way = 32;

// Runs of messages at each size: the median counts.
constexpr std::size_t runs = 5;
constexpr std::size_t deliveries_per_run = 200'000;
constexpr std::size_t publishes_per_run = 320 * under_way;

// Clients that connect at a time.
constexpr std::size_t some_clients = 50;

// Clients between two words on how far it is.
constexpr std::size_t told_clients = 100'000;

double per(nanoseconds span, std::size_t count) {
  return static_cast<double>(span.count()) / static_cast<double>(count);
}

class growing {
public:
  /// `step`: by how much the number of a client's channel is higher than that
  /// of the client before.
  growing(std::size_t most, std::size_t step, const progress& tell)
    : step_(step), tell_(tell) {
    clients_.reserve(most);
    before_ = memory_now();
  }

  growth of(const std::vector<std::size_t>& sizes) {
    for (const auto size : sizes)
      found_.steps.push_back(at(size));
    empty();
    return std::move(found_);
  }

private:
  growth_step at(std::size_t size) {
    growth_step found;
    found.clients = size;
    connect(size, found);
    const auto now = memory_now();
    const auto count = static_cast<double>(size);
    found.resident = (static_cast<double>(now.resident)
                      - static_cast<double>(before_.resident))
                     / count;
    found.allocated = (static_cast<double>(now.allocated)
                       - static_cast<double>(before_.allocated))
                      / count;
    tell_(std::to_string(size) + " clients: messages");
    std::vector<double> costs;
    for (std::size_t i = 0; i < runs; ++i)
      costs.push_back(step_ == 0 ? delivery(size) : publish(size) / 1000);
    std::sort(costs.begin(), costs.end());
    found.message = costs[runs / 2];
    return found;
  }

  void connect(std::size_t size, growth_step& found) {
    const auto first = clients_.size();
    const auto begun = thread_time_now();
    auto before = begun;
    nanoseconds longest{0};
    while (clients_.size() < size) {
      clients_.join(std::min(size - clients_.size(), some_clients),
                    clients_.size() * step_, step_);
      const auto now = thread_time_now();
      longest = std::max(longest, now - std::exchange(before, now));
      if (clients_.size() % told_clients == 0 || clients_.size() == size)
        tell_(std::to_string(clients_.size()) + " clients are connected");
    }
    found.connect_us = per(before - begun, size - first) / 1000;
    found.pause_ms = std::chrono::duration<double, std::milli>{longest}.count();
  }

  // Nanoseconds a delivery.
  double delivery(std::size_t size) {
    const auto count = std::max<std::size_t>(1, deliveries_per_run / size);
    const auto request = request_for(0);
    const auto before = server_.counted();
    const auto begun = thread_time_now();
    for (std::size_t i = 0; i < count; ++i) {
      callers_.send(0, request);
      server_.run();
    }
    const auto spent = thread_time_now() - begun;
    expect(before, count, count * size);
    return per(spent, count * size);
  }

  // Nanoseconds a publish.
  double publish(std::size_t size) {
    std::uniform_int_distribution<std::size_t> any{0, size - 1};
    std::vector<std::string> requests(under_way);
    const auto before = server_.counted();
    nanoseconds spent{0};
    for (std::size_t i = 0; i < publishes_per_run / under_way; ++i) {
      for (auto& each : requests)
        each = request_for(any(random_));
      const auto begun = thread_time_now();
      for (std::size_t caller = 0; caller < under_way; ++caller)
        callers_.send(caller, requests[caller]);
      server_.run();
      spent += thread_time_now() - begun;
    }
    expect(before, publishes_per_run, publishes_per_run);
    return per(spent, publishes_per_run);
  }

  std::string request_for(std::size_t channel) const {
    return requests_->publish(channel, benchmark::body_of(0, message_bytes));
  }

  void expect(const home_counters& before, std::size_t publications,
              std::size_t deliveries) {
    const auto now = server_.counted();
    expect(now.publications - before.publications == publications,
           "a message was not published");
    expect(now.deliveries - before.deliveries == deliveries,
           "a message was not delivered to all");
    expect(now.queued_bytes == 0, "a message was not written");
  }

  void expect(bool holds, const char* otherwise) {
    if (!holds)
      found_.broken.push_back(std::to_string(clients_.size())
                              + " clients: " + otherwise);
  }

  // All go, and nothing is left of them.
  void empty() {
    while (clients_.size() > 0) {
      clients_.leave(told_clients);
      tell_(std::to_string(clients_.size()) + " clients are left");
    }
    expect(server_.actors(actor_kind::connection) == 0, "a connection is left");
    expect(server_.actors(actor_kind::session) == 0, "a session is left");
    expect(server_.actors(actor_kind::channel) == 0, "a channel is left");
    expect(null_network::of_process().open_sockets() == callers_.size(),
           "a socket is left");
    expect(server_.counted().actor_failures == 0, "an actor failed");
  }

  const std::size_t step_;
  const progress& tell_;
  in_process_server server_{1};
  crowd clients_{server_};
  callers callers_{server_, under_way};
  const std::unique_ptr<benchmark::dialect> requests_
    = benchmark::sockjs_dialect(
      {}, {in_process_server::key, in_process_server::secret});
  std::mt19937_64 random_; // NOLINT: the same each time
  memory_usage before_;
  growth found_;
};

growth grow(const std::vector<std::size_t>& sizes, std::size_t step,
            const progress& tell) {
  null_network::of_process().reserve(sizes.back() + under_way);
  return growing{sizes.back(), step, tell}.of(sizes);
}

} // namespace

growth grow_one_channel(const std::vector<std::size_t>& sizes,
                        const progress& tell) {
  return grow(sizes, 0, tell);
}

growth grow_own_channels(const std::vector<std::size_t>& sizes,
                         const progress& tell) {
  return grow(sizes, 1, tell);
}

} // namespace thunderpush::costs
