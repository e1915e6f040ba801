#include "tests/costs/homes_comparison.hpp"

#include "tests/costs/callers.hpp"
#include "tests/costs/crowd.hpp"
#include "tests/costs/in_process_server.hpp"
#include "tests/costs/null_network.hpp"
#include "tests/costs/usage.hpp"

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <thread>

#include "tools/benchmark/message_shape.hpp"

namespace thunderpush::costs {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::size_t message_bytes = 128;
constexpr std::size_t runs = 15;
constexpr std::size_t messages_per_run = 20;
// It costs the homes some microseconds each time.
constexpr auto look_interval = 300us;
constexpr auto patience = 30s;

/// A server with threads and one channel with all clients, to which messages
/// are sent one at a time: each when the one before has been written to all, so
/// that nobody waits going around, and none shares a write with another.
class running_server {
public:
  // Each home has its clients side by side in memory, as if it had made them.
  running_server(std::size_t homes, std::size_t clients)
    : server_(homes), clients_(server_, clients / homes), callers_(server_, 1) {
    clients_.join(clients, 0, 0);
    server_.node().start();
  }

  /// What a delivery costs, in nanoseconds; 0 if a message was not written.
  double measure() {
    const auto before = look();
    auto now = before;
    for (std::size_t i = 0; i < messages_per_run; ++i) {
      server_.node().at(0).post([this] { callers_.send(0, request_); });
      const auto wanted = now.written + clients_.size();
      const auto end = clock::now() + patience;
      while (now.written < wanted && clock::now() < end) {
        std::this_thread::sleep_for(look_interval);
        now = look();
      }
      if (now.written != wanted)
        return 0;
    }
    return static_cast<double>((now.spent - before.spent).count())
           / static_cast<double>(now.written - before.written);
  }

private:
  struct sight {
    std::uint64_t written = 0; // messages
    std::chrono::nanoseconds spent{0};
  };

  // All homes together.
  sight look() {
    sight sum;
    for (std::size_t i = 0; i < server_.node().size(); ++i) {
      auto& where = server_.node().at(i);
      std::promise<sight> seen;
      where.post([&where, &seen] {
        seen.set_value({where.counters().written_messages, thread_time_now()});
      });
      const auto part = seen.get_future().get();
      sum.written += part.written;
      sum.spent += part.spent;
    }
    return sum;
  }

  in_process_server server_;
  crowd clients_;
  callers callers_;
  const std::string request_
    = benchmark::sockjs_dialect(
        {}, {in_process_server::key, in_process_server::secret})
        ->publish(0, benchmark::body_of(0, message_bytes));
};

} // namespace

homes_comparison compare_homes(std::size_t clients, const progress& tell) {
  null_network::of_process().reserve(2 * clients + 8);
  running_server one{1, clients};
  running_server two{2, clients};
  homes_comparison found;
  for (std::size_t i = 0; i < runs; ++i) {
    found.one_home.push_back(one.measure());
    found.two_homes.push_back(two.measure());
    tell("homes: run " + std::to_string(i + 1) + " of " + std::to_string(runs));
    if (found.one_home.back() == 0 || found.two_homes.back() == 0)
      found.broken.emplace_back("not all messages were written");
  }
  return found;
}

} // namespace thunderpush::costs
