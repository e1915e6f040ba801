#pragma once

#include "tests/load/push_client.hpp"
#include "tests/load/scenario.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::load {

/// The id of the n-th user of a scenario.
std::string user_id(std::size_t n);

/// The clients of a scenario in which all connect once and stay until the end,
/// each as a user of its own.
class audience final : push_client_events {
public:
  using delivery_handler
    = std::function<void(std::size_t client, const delivery& what)>;

  /// What the n-th client subscribes to: names with colons between, or nothing.
  using channel_choice = std::function<std::string(std::size_t client)>;

  audience(const scenario_run& run, channel_choice channels,
           delivery_handler on_delivery);

  /// @param channel what all subscribe to, empty for nothing
  audience(const scenario_run& run, std::string_view channel,
           delivery_handler on_delivery);

  /// The ids of all, in order of their connections.
  std::vector<std::string> users() const;

  /// Connects everyone, a limited number of handshakes at a time.
  /// @returns whether all are connected and have sent their commands
  bool connect();

  /// The first so many are going to stall. Before `connect`.
  void prepare_to_stall(std::size_t count);

  /// They read nothing any more, and may be closed.
  void stall();

  /// Serves events until `complete` holds, or nothing has reached anybody for
  /// the grace; then a little longer, for what should not come.
  void listen_until(const std::function<bool()>& complete);

  /// Closes all connections.
  void leave();

private:
  void connect_next();
  void on_ready(push_client& client) override;
  void on_delivery(push_client& client, const delivery& what) override;
  void on_end(push_client& client, const connection_end& end) override;

  const scenario_run& run_;
  channel_choice channels_;
  delivery_handler on_delivery_;
  std::deque<push_client> clients_;
  std::vector<bool> ready_;
  std::size_t stalling_ = 0; // the first so many
  bool stalled_ = false;
  std::size_t started_ = 0;
  std::size_t connected_ = 0;
  std::size_t failed_ = 0;
  std::uint64_t deliveries_ = 0;
};

} // namespace thunderpush::load
