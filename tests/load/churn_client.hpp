#pragma once

#include "tests/load/churn_traffic.hpp"
#include "tests/load/push_client.hpp"
#include "tests/load/random_source.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/sequence.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace thunderpush::load {

/// The ways in which a client leaves.
enum class farewell {
  close_handshake,
  fin,
  reset,
  halfway_through_the_upgrade,
  halfway_through_a_frame,
};

inline constexpr std::size_t farewells = 5;

/// What all clients of a run have done together.
struct churn_figures {
  /// Connections begun; also their numbers.
  std::uint64_t lives = 0;
  std::uint64_t received = 0;
  std::uint64_t subscriptions = 0;
  std::uint64_t unsubscriptions = 0;
  /// Connections ended by a removal of their user.
  std::uint64_t removed = 0;
  /// How often it was known what a client must have got, and compared.
  std::uint64_t comparisons = 0;
  /// By farewell.
  std::array<std::uint64_t, farewells> vanished{};
};

/// One member of the population, in an endless cycle: connect, subscribe,
/// listen, change subscriptions, vanish, come back as somebody else.
///
/// No command is acknowledged, so what a client must get is known only from the
/// grace after it subscribed to the grace before it left. In between nothing
/// may be missing; and whatever arrives at any time has to be in order, once.
class churn_client final : push_client_events {
public:
  churn_client(const scenario_run& run, const churn_traffic& traffic,
               churn_figures& figures, std::size_t index);

  /// Begins the first life within the given time.
  void start(std::chrono::milliseconds within);

  /// Vanishes as planned, at once, and does not come back.
  void stop();

  /// There is no connection left.
  bool gone() const { return phase_ == phase::away; }

private:
  enum class phase { away, upgrading_halfway, connecting, live, leaving };

  /// One channel in one life.
  struct subscription {
    std::size_t channel = 0;
    /// When SUBSCRIBE was sent last.
    clock::time_point since;
    /// When UNSUBSCRIBE was sent, if it was after that.
    std::optional<clock::time_point> until;
    sequence numbers;
  };

  void begin();
  void step();
  void change_subscriptions();
  void subscribe(std::vector<std::size_t> channels);
  void unsubscribe(subscription& from);
  void vanish();
  void end_life();

  void on_ready(push_client& client) override;
  void on_delivery(push_client& client, const delivery& what) override;
  void on_end(push_client& client, const connection_end& end) override;

  void note_channel_message(const delivery& what);
  void note_number(sequence& numbers, const delivery& what);
  /// Compares what came with what must have come since the given time.
  void compare(std::uint32_t stream, const sequence& numbers,
               clock::time_point since);
  void compare_all();
  subscription* find(std::size_t channel);
  std::string name() const;
  std::chrono::milliseconds some_time(int least, int most);

  const scenario_run& run_;
  const churn_traffic& traffic_;
  churn_figures& figures_;
  random_source random_;
  push_client client_;
  event_loop::timer next_step_;
  bool stopping_ = false;

  phase phase_ = phase::away;
  farewell farewell_ = farewell::fin;
  int changes_left_ = 0;
  std::size_t user_ = 0;
  clock::time_point since_;
  sequence own_numbers_;
  std::vector<subscription> subscriptions_;
};

} // namespace thunderpush::load
