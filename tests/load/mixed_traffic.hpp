#pragma once

#include "tests/load/api_client.hpp"
#include "tests/load/pacer.hpp"
#include "tests/load/random_source.hpp"
#include "tests/load/rest_api.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/subscriber_bounds.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::load {

/// What the application servers of the mixed scenario do: they publish to
/// random channels at a fixed rate, remove users and ask who is online. Each
/// channel belongs to one of the publishing connections, so its messages are in
/// order; its number is their stream. The count of each answer is held against
/// who can and who must be subscribed.
class mixed_traffic {
public:
  mixed_traffic(const scenario_run& run, const rest_api& requests);

  std::size_t channels() const { return channels_.size(); }
  static std::string channel_name(std::size_t channel);

  /// How many messages of a channel were handed to its connection, and how many
  /// of them are answered.
  std::uint64_t sent(std::size_t channel) const;
  std::uint64_t answered(std::size_t channel) const;

  subscriber_bounds& subscribers(std::size_t channel) {
    return channels_[channel].subscribers;
  }

  /// Removes a user.
  /// @param on_done called when the server has answered
  void remove(std::string_view user, std::function<void()> on_done);

  /// Asks whether a user is online.
  void ask(std::string_view user, std::function<void(bool)> on_answer);

  void start();

  /// No more messages.
  void stop() { timer_.cancel(); }

  /// All requests are answered.
  bool idle() const;

  /// Closes the connections; only when idle.
  void close();

  std::uint64_t published() const { return published_; }

  /// Adds what was sent to the report.
  void report_figures() const;

  /// The sum of the counts of all answers.
  std::uint64_t counted() const { return counted_; }

private:
  struct channel_state {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    subscriber_bounds subscribers;
  };

  void tick();
  void publish(std::size_t to);
  void published(std::size_t to, const http_response& answer);
  api_client& next_inquirer();

  const scenario_run& run_;
  const rest_api& requests_;
  random_source random_;
  pacer pacer_;
  std::deque<api_client> publishers_;
  std::deque<api_client> inquirers_;
  std::size_t inquiries_ = 0;
  std::vector<channel_state> channels_;
  event_loop::timer timer_;
  std::uint64_t published_ = 0;
  std::uint64_t counted_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t removals_ = 0;
};

} // namespace thunderpush::load
