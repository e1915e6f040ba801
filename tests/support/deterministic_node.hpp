#pragma once

#include "actors/dispatch_probe.hpp"
#include "actors/hub.hpp"
#include "actors/messages.hpp"
#include "actors/node.hpp"
#include "config/log.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_requester.hpp"
#include "tests/support/test_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace thunderpush {

/// All homes of a node, run by turns on the calling thread, with a clock that
/// moves only when told to. Nothing runs by itself: what a function here does
/// not run is under way until `run`. Inherit it through TEST_CASE_FIXTURE.
class deterministic_node : private dispatch_probe {
public:
  using lines = test_client::lines;
  using ticket = std::uint64_t;
  using message = caf::type_erased_tuple;

  static constexpr app_id first_app{0};
  static constexpr app_id second_app{1};

  explicit deterministic_node(const limit_settings& limits = {},
                              std::size_t homes = 2)
    : node_({.apps = applications{{{"main", "key"}, {"other", "second"}}},
             .limits = limits},
            homes, &manual_clock::now) {
    start_logging(log_level::off);
    for (std::size_t i = 0; i < homes; ++i) {
      requesters_.push_back(&node_.at(i).spawn<recording_requester>());
      node_.at(i).probe(this);
    }
    at_start_ = census();
  }

  deterministic_node(const deterministic_node&) = delete;
  deterministic_node& operator=(const deterministic_node&) = delete;
  ~deterministic_node() override { node_.stop(); }

  // -- time ------------------------------------------------------------------

  /// Runs the homes by turns until nothing is left to do.
  void run() {
    for (bool busy = true; busy;) {
      busy = false;
      for (std::size_t i = 0; i < node_.size(); ++i)
        busy = node_.at(i).poll() || busy;
    }
  }

  /// Lets time pass, a tick of the timers after the other.
  void advance(std::chrono::milliseconds by) {
    while (by.count() > 0) {
      const auto step = std::min(by, timer_wheel::tick);
      manual_clock::time += step;
      for (std::size_t i = 0; i < node_.size(); ++i)
        node_.at(i).tick();
      run();
      by -= step;
    }
  }

  // -- clients ---------------------------------------------------------------

  /// Lets a client reach a home and lets everything settle.
  void opens(const test_client& who, std::size_t home) {
    who.settles_by([this] { run(); });
    node_.hub_at(home).open(who.link(), {});
    run();
  }

  /// A client that has not said who it is. Each lives on the next home.
  test_client visitor() { return visitor_on(next_home_++ % node_.size()); }

  test_client visitor_on(std::size_t home) {
    test_client made;
    opens(made, home);
    return made;
  }

  /// A client that is connected as that user.
  test_client client(std::string_view user) {
    return client_on(next_home_++ % node_.size(), user);
  }

  test_client client_on(std::size_t home, std::string_view user,
                        std::string_view key = "key") {
    auto made = visitor_on(home);
    made.says(std::string{"CONNECT "}.append(user).append(":").append(key));
    return made;
  }

  // -- requests --------------------------------------------------------------

  /// Publishes, lets everything settle and returns the count it was answered.
  std::size_t publish(std::string channel, std::string text,
                      app_id app = first_app) {
    const auto asked
      = starts_publishing(std::move(channel), std::move(text), app);
    run();
    return answer<publication_accepted>(asked).receivers;
  }

  /// Asks to publish and goes on.
  ticket starts_publishing(std::string channel, std::string text,
                           app_id app = first_app) {
    return asks(thunderpush::publish{
      {app, std::move(channel)}, element(std::move(text)), requester().next()});
  }

  /// Sends to a user, lets everything settle and returns the count.
  std::size_t send(std::string user, std::string text, app_id app = first_app) {
    const auto asked = starts_sending(std::move(user), std::move(text), app);
    run();
    return answer<publication_accepted>(asked).receivers;
  }

  ticket starts_sending(std::string user, std::string text,
                        app_id app = first_app) {
    return asks(send_to_user{
      {app, std::move(user)}, element(std::move(text)), requester().next()});
  }

  /// Disconnects a user and returns once that was answered.
  void disconnect(std::string user, app_id app = first_app) {
    const auto asked = starts_disconnecting(std::move(user), app);
    run();
    answer<user_disconnected>(asked);
  }

  ticket starts_disconnecting(std::string user, app_id app = first_app) {
    return asks(disconnect_user{
      {app, std::move(user)}, close_reasons::disconnected, requester().next()});
  }

  bool online(std::string user, app_id app = first_app) {
    const auto asked = starts_finding(std::move(user), app);
    run();
    return answer<user_found>(asked).online;
  }

  ticket starts_finding(std::string user, app_id app = first_app) {
    return asks(find_user{{app, std::move(user)}, requester().next()});
  }

  std::size_t users_online(app_id app = first_app) {
    const auto asked = starts_counting(app);
    run();
    return users_counted_in(asked);
  }

  ticket starts_counting(app_id app = first_app) {
    const auto reply = requester().next();
    for (const auto& each : node_.shared().directories)
      each.tell(count_users{app, reply});
    return reply.ticket;
  }

  std::size_t users_counted_in(ticket asked) {
    const auto& replies = requester().replies(asked);
    REQUIRE(replies.size() == node_.size());
    std::size_t sum = 0;
    for (const auto& each : replies)
      sum += std::get<users_counted>(each).count;
    return sum;
  }

  /// The users subscribed to a channel, in alphabetical order.
  lines users_in(std::string channel, app_id app = first_app) {
    const auto asked = starts_listing(std::move(channel), app);
    run();
    return users_listed_in(asked);
  }

  ticket starts_listing(std::string channel, app_id app = first_app) {
    return asks(list_users{{app, std::move(channel)}, requester().next()});
  }

  lines users_listed_in(ticket asked) {
    lines users;
    std::size_t expected = 0;
    std::size_t listed = 0;
    for (const auto& each : requester().replies(asked)) {
      if (const auto* all = std::get_if<subscribers_expected>(&each)) {
        expected = all->hubs;
        continue;
      }
      const auto& some = std::get<subscribers_listed>(each).users;
      users.insert(users.end(), some.begin(), some.end());
      ++listed;
    }
    REQUIRE(listed == expected);
    std::sort(users.begin(), users.end());
    return users;
  }

  /// Tells the directory of a name's home.
  template <class Request>
  ticket asks(Request what) {
    const auto asked = what.reply.ticket;
    node_.shared().directory_of(name_in(what)).tell(std::move(what));
    return asked;
  }

  /// Whether exactly one reply has come, of that type.
  template <class Reply>
  bool answered(ticket asked) {
    const auto& replies = requester().replies(asked);
    return replies.size() == 1
           && std::holds_alternative<Reply>(replies.front());
  }

  /// The one reply to a request. Fails the test if there is another.
  template <class Reply>
  Reply answer(ticket asked) {
    REQUIRE(answered<Reply>(asked));
    return std::get<Reply>(requester().replies(asked).front());
  }

  static publication_ptr element(std::string text) {
    return std::make_shared<const publication>(publication{std::move(text)});
  }

  /// Who asks. It lives on the last home.
  recording_requester& requester() { return *requesters_.back(); }

  // -- failures --------------------------------------------------------------

  /// The next message of that type to an actor of that kind makes it throw.
  template <class Message>
  void next_fails(actor_kind kind) {
    watch([this, kind](const pinned_actor& who, const message& content) {
      if (who.kind() != kind || !content.match_elements<Message>())
        return;
      watch(nullptr);
      throw std::runtime_error{"as the test wants it"};
    });
  }

  using watcher = std::function<void(const pinned_actor&, const message&)>;

  /// Calls `what` before each message that an actor handles.
  void watch(watcher what) { watcher_ = std::move(what); }

  // -- what is there ---------------------------------------------------------

  thunderpush::node& node() noexcept { return node_; }

  /// All homes' counters.
  home_counters counted() {
    home_counters sum;
    for (std::size_t i = 0; i < node_.size(); ++i)
      sum += node_.at(i).counters();
    return sum;
  }

  /// Actors of that kind that are alive.
  std::size_t actors(actor_kind kind) {
    return census()[static_cast<std::size_t>(kind)];
  }

  /// Whether all actors are gone but for those of the node itself.
  bool is_as_at_start() { return census() == at_start_; }

  /// The home on which a channel lives.
  std::size_t home_of(std::string channel) const {
    return hash_value(channel_id{first_app, std::move(channel)}) % node_.size();
  }

  /// The name of a channel, or of a user, that lives on that home.
  std::string name_on(std::size_t home, std::string stem = "name") const {
    while (home_of(stem) != home)
      stem += '=';
    return stem;
  }

private:
  using numbers = std::array<std::size_t, actor_kind_names.size()>;

  void before(const pinned_actor& who, const message& content) override {
    // A copy: it may replace itself.
    if (const auto call = watcher_)
      call(who, content);
  }

  numbers census() {
    numbers sum{};
    for (std::size_t i = 0; i < node_.size(); ++i)
      for (std::size_t kind = 0; kind < sum.size(); ++kind)
        sum[kind] += node_.at(i).actors().by_kind()[kind];
    return sum;
  }

  template <class Request>
  static auto name_in(const Request& what) {
    if constexpr (requires { what.channel; })
      return what.channel;
    else
      return what.user;
  }

  thunderpush::node node_;
  std::vector<recording_requester*> requesters_;
  std::size_t next_home_ = 0;
  watcher watcher_;
  numbers at_start_{};
};

} // namespace thunderpush
