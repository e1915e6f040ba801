#pragma once

#include "tests/load/api_client.hpp"
#include "tests/load/pacer.hpp"
#include "tests/load/publication_log.hpp"
#include "tests/load/random_source.hpp"
#include "tests/load/rest_api.hpp"
#include "tests/load/scenario.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace thunderpush::load {

/// What the application servers do meanwhile: they publish to random channels
/// and users at a fixed rate, and now and then remove a user. Each channel and
/// each user belongs to one of the publishing connections, so its messages are
/// in order. Streams are the channels, then the users.
class churn_traffic {
public:
  static constexpr std::size_t channels = 50;

  churn_traffic(const scenario_run& run, const rest_api& requests);

  /// Users there are to choose from: fewer than connections, so that some
  /// share an id.
  std::size_t users() const { return users_; }

  static std::string channel_name(std::size_t channel);
  static std::string user_id(std::size_t user);

  std::uint32_t channel_stream(std::size_t channel) const;
  std::uint32_t user_stream(std::size_t user) const;

  const publication_log& log(std::uint32_t stream) const {
    return logs_[stream];
  }

  /// A removal of this user may have hit a connection that is there since the
  /// given time.
  bool may_be_removed(std::size_t user, clock::time_point since) const;

  /// A removal of this user lies so far back, and so long after the given time,
  /// that no connection of that time can still be there.
  bool must_be_removed(std::size_t user, clock::time_point since) const;

  void start();

  /// No more requests.
  void stop() { timer_.cancel(); }

  /// All requests are answered.
  bool idle() const;

  /// Closes the publishing connections; only when idle.
  void close();

  /// Adds what was sent to the report.
  void report_figures() const;

private:
  struct removal {
    clock::time_point posted;
    clock::time_point answered;
    std::uint64_t unanswered = 0;
  };

  void tick();
  void post_something();
  void publish(std::uint32_t stream);
  void remove(std::size_t user);
  /// @returns whether the answer has the wanted status
  bool check(const http_response& answer, int wanted);

  const scenario_run& run_;
  const rest_api& requests_;
  std::size_t users_;
  random_source random_;
  pacer pacer_;
  std::deque<api_client> publishers_;
  std::vector<publication_log> logs_;
  std::vector<removal> removals_;
  event_loop::timer timer_;
  std::uint64_t published_ = 0;
  std::uint64_t removed_ = 0;
  std::uint64_t counted_ = 0;
  std::uint64_t skipped_ = 0;
};

} // namespace thunderpush::load
