#pragma once

#include "tests/costs/in_process_server.hpp"
#include "tests/costs/null_network.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tools/benchmark/dialect.hpp"

namespace thunderpush::costs {

/// Clients of a server that say what those of tools/bench say, over SockJS's
/// WebSocket: each is a user of its own and subscribes to one channel. They
/// take the homes in turn. While the server has no threads.
class crowd {
public:
  /// The homes take so many clients each in turn. One thread makes them all:
  /// what is to be used by several threads must not lie side by side in memory,
  /// as it does not where each makes its own.
  explicit crowd(in_process_server& server, std::size_t in_turn = 1);

  /// The next client connects and subscribes to that channel. Returns once the
  /// server has done it.
  void joins(std::size_t channel) { join(1, channel, 0); }

  /// The next `count` clients, the channel's number higher by `step` for each,
  /// some at a time.
  void join(std::size_t count, std::size_t channel, std::size_t step);

  /// Those that came last close, one after the other.
  void leave(std::size_t count);

  /// Clients that are there.
  std::size_t size() const noexcept { return sockets_.size(); }

  /// Has memory for that many, so that a client takes none here. Before any
  /// comes.
  void reserve(std::size_t clients) {
    sockets_.resize(clients); // so that their pages are there
    sockets_.clear();
  }

private:
  void join_some(std::size_t count, std::size_t channel, std::size_t step);

  in_process_server& server_;
  const std::size_t in_turn_;
  const std::unique_ptr<benchmark::dialect> speaks_;
  std::vector<int> sockets_;
  std::vector<std::string> sent_; // by the clients that are joining
};

} // namespace thunderpush::costs
