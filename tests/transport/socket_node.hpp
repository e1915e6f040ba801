#pragma once

#include "tests/support/deterministic_node.hpp"
#include "tests/transport/loopback.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace thunderpush {

/// A deterministic node whose clients are at the other end of real sockets.
/// What a client sends has been read by the node when `settle` returns, unless
/// the node leaves it in the socket.
class socket_node : public deterministic_node {
public:
  using deterministic_node::deterministic_node;

  /// A client of a port on a home, and the server's end of it.
  loopback& connects(buffer_sizes sizes = {}) {
    auto& made = clients_.emplace_back(sizes);
    REQUIRE(made.client.connected());
    return made;
  }

  /// Has the node take part in what a test waits for, with its clients.
  bool step() {
    run();
    return step_clients();
  }

  template <class Condition>
  bool eventually(Condition&& condition) {
    return becomes_true(std::forward<Condition>(condition),
                        [this] { return step(); });
  }

  /// Brings what clients have sent to the node, and runs it until nothing is
  /// left to do.
  void settle() {
    REQUIRE(eventually([this] { return all_sent(); }));
    while (step()) {
    }
  }

  /// As `settle`, but only that home runs: what others are to do is under way.
  void settle_on(std::size_t home) {
    const auto step = [this, home] {
      const bool busy = node().at(home).poll();
      return step_clients() || busy;
    };
    REQUIRE(becomes_true([this] { return all_sent(); }, step));
    while (step()) {
    }
  }

  /// Lets time pass, with nothing under way before and after.
  void passes(std::chrono::milliseconds time) {
    settle();
    advance(time);
    settle();
  }

  /// Whether the client has got exactly this since it was last asked.
  bool gets(peer& who, std::string_view what) {
    if (!eventually([&] {
          return who.received().size() >= what.size()
                 || who.ended() != peer::ending::none;
        }))
      return false;
    settle();
    CHECK(who.received() == what);
    return who.take_received() == what;
  }

  /// Whether the server ends its side of the stream, regularly.
  bool ends(const peer& who) {
    REQUIRE(eventually([&] { return who.ended() != peer::ending::none; }));
    return who.ended() == peer::ending::regular;
  }

private:
  bool step_clients() {
    bool moved = false;
    for (auto& each : clients_)
      moved = each.client.step() || moved;
    return moved;
  }

  bool all_sent() const {
    return std::all_of(
      clients_.begin(), clients_.end(),
      [](const loopback& each) { return each.client.all_sent(); });
  }

  std::deque<loopback> clients_;
};

} // namespace thunderpush
