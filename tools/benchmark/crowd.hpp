#pragma once

#include "tests/load/report.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <string_view>

#include "tools/benchmark/subscriber.hpp"

namespace thunderpush::benchmark {

/// Many subscribers, spread evenly over channels. They connect once and stay.
class crowd final : subscriber_events {
public:
  struct settings {
    std::size_t subscribers = 1;
    std::size_t channels = 1;
    /// Numbers of their own beside another crowd's.
    std::size_t first_client = 0;
    std::size_t first_channel = 0;
  };

  using text_handler
    = std::function<void(std::size_t subscriber, std::string_view text)>;

  crowd(load::event_loop& loop, const load::endpoint& server,
        const dialect& speaks, const settings& how, load::report& findings);

  /// Connects all, a limited number of handshakes at a time. Others begin once
  /// all that has happened meanwhile is dealt with: clients come in crowds.
  /// @returns whether all are subscribed
  bool connect(const std::function<void(std::size_t)>& on_progress);

  /// Whom to tell what arrives from now on.
  void listen(text_handler on_text) { on_text_ = std::move(on_text); }

  /// From now on all are read by turns instead of being waited for: the server
  /// never wakes this program, which can so keep up with any server.
  void read_in_rounds(std::chrono::milliseconds round);

  /// Reads a few of those whose turn it is.
  /// @returns when it wants to be called again
  load::clock::time_point read_some();

  /// How many subscribers a channel has. Channels count from 0 here.
  std::size_t subscribers_of(std::size_t channel) const;

  std::size_t channel_of(std::size_t subscriber) const {
    return subscriber % how_.channels;
  }

  /// Closes all connections.
  void leave();

private:
  void connect_some();
  void on_subscribed(std::size_t position) override;
  void on_text(std::size_t position, std::string_view text) override;
  void on_end(std::size_t position, const load::connection_end& end) override;

  load::event_loop& loop_;
  load::endpoint server_;
  settings how_;
  load::report& findings_;
  text_handler on_text_;
  std::deque<subscriber> members_;
  std::size_t started_ = 0;
  std::size_t subscribed_ = 0;
  std::size_t failed_ = 0;
  std::chrono::milliseconds round_{0};
  load::clock::time_point next_round_;
  std::size_t turn_ = 0; // whose
};

} // namespace thunderpush::benchmark
