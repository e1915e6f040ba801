#pragma once

#include "tests/load/mixed_traffic.hpp"
#include "tests/load/push_session.hpp"
#include "tests/load/random_source.hpp"
#include "tests/load/scenario.hpp"
#include "tests/load/subscription_record.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::load {

/// The ways in which a client of the mixed scenario leaves.
enum class departure {
  close_handshake,
  fin,
  reset,
  silence,
  removal,
  right_after_opening,
};

inline constexpr std::size_t departures = 6;

/// What all clients of a run have done together.
struct mixed_figures {
  /// Sessions begun; also their numbers.
  std::uint64_t lives = 0;
  std::array<std::uint64_t, session_transports.size()> lives_over{};
  std::array<std::uint64_t, session_transports.size()> received_over{};
  std::array<std::uint64_t, departures> left_by{};
  std::uint64_t subscriptions = 0;
  std::uint64_t unsubscriptions = 0;
  /// How often it was known what a client must have got, and compared.
  std::uint64_t comparisons = 0;
  /// Sessions that were left without a receiver, and taken up again.
  std::uint64_t pauses = 0;
  /// Pauses that became too long, as the machine was busy with something else.
  std::uint64_t overslept = 0;
  /// What came in the first poll after a pause.
  std::uint64_t received_after_pauses = 0;
  /// Responses over HTTP that ended regularly.
  std::uint64_t responses = 0;
  /// Users that came back before the server can have missed them.
  std::uint64_t returned_at_once = 0;
  /// Close frames that were asked for again.
  std::uint64_t repeated_farewells = 0;
  /// How long users were seen online after they had left, by departure.
  std::array<std::uint64_t, departures> seen_offline{};
  std::array<double, departures> seconds_online_after{};
  std::array<double, departures> most_seconds_online_after{};

  std::uint64_t received() const;
};

/// One member of the population, in an endless cycle: open a session on some
/// transport, subscribe, listen, change subscriptions, pause, leave, come back
/// as the same user or another one.
///
/// Before it unsubscribes or leaves it waits for what was answered by then; so
/// it is known exactly what must have come, and nothing depends on how long the
/// server takes.
class mixed_client final : push_session_events {
public:
  mixed_client(const scenario_run& run, mixed_traffic& traffic,
               mixed_figures& figures, std::size_t index);

  /// Begins the first life within the given time.
  void start(std::chrono::milliseconds within);

  /// Leaves as planned, as soon as possible, and does not come back.
  void stop();

  /// It has left, and the server has been seen to know.
  bool gone() const { return phase_ == phase::away && stopping_; }

  /// For people: what it is doing.
  std::string describe() const;

private:
  enum class phase {
    /// There is no session.
    away,
    opening,
    /// The server carries out commands.
    commanding,
    /// Subscribed, until the next step.
    listening,
    /// What was answered so far has to come.
    settling,
    /// The response that is under way is the last before a pause.
    falling_silent,
    silent,
    /// The user is being removed.
    removing,
    /// The closing handshake, or silence, has begun.
    departing,
    /// The server is asked whether the user is offline.
    watching,
  };

  struct channel_state {
    subscription_record record;
    bool certain = false;
    bool possible = false;
  };

  void begin();
  void plan_step();
  void step();
  void command(std::vector<std::string> commands,
               const std::vector<std::size_t>& unsubscribe,
               const std::vector<std::size_t>& subscribe);
  void change_subscriptions();
  void settle(std::function<void()> then);
  void continue_if_settled();
  void pause();
  void take_up_again();
  void leave();
  void depart();
  void remove();
  void finish_removal();
  void left(departure how);
  void return_at_once();
  void watch(clock::time_point since, clock::time_point deadline);
  void end_life(std::chrono::milliseconds pause);
  void give_up(std::string_view expectation, const std::string& detail);
  void wait(std::chrono::milliseconds span, std::function<void()> then);
  /// Breaks the expectation and gives the life up unless something else is
  /// waited for by then.
  void expect_within(std::chrono::milliseconds span,
                     std::string_view expectation);

  void on_open() override;
  void on_delivery(const delivery& what) override;
  void on_commands_taken() override;
  void on_silent() override;
  void on_closed(std::uint16_t code) override;
  void on_forgotten(clock::duration silence) override;
  void on_failure(const std::string& reason) override;

  void set_certain(std::size_t which, bool is);
  void set_possible(std::size_t which, bool is);
  void nothing_is_certain();
  void all_is_certain();
  void nothing_is_possible();
  std::vector<std::size_t> subscribed_to() const;
  std::vector<std::size_t> some_channels(int most);
  departure some_departure();
  std::chrono::milliseconds delay() const;
  std::chrono::milliseconds longest_presence() const;
  std::chrono::milliseconds some_time(int least, int most);
  std::string name() const;

  const scenario_run& run_;
  mixed_traffic& traffic_;
  mixed_figures& figures_;
  random_source random_;
  std::size_t index_;
  std::unique_ptr<push_session> session_;
  event_loop::timer timer_;
  /// Of sessions that the server has not missed yet.
  std::deque<event_loop::timer> remains_;
  clock::time_point remains_until_;
  bool stopping_ = false;

  phase phase_ = phase::away;
  std::uint64_t life_ = 0;
  session_transport how_ = session_transport::websocket;
  departure departure_ = departure::fin;
  int steps_left_ = 0;
  bool keeps_user_ = false;
  bool said_who_ = false;
  bool answered_removal_ = false;
  /// Nothing was heard of the server since a pause.
  bool out_of_touch_ = false;
  /// How many responses had ended when a polling session was last taken up.
  std::optional<std::uint64_t> taken_up_at_;
  std::uint16_t close_code_ = 0;
  std::string user_;
  std::map<std::size_t, channel_state> channels_;
  /// Those of the commands that are under way.
  std::vector<std::size_t> unsubscribing_;
  std::vector<std::size_t> subscribing_;
  std::function<void()> after_settling_;
};

} // namespace thunderpush::load
