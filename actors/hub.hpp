#pragma once

#include "actors/context.hpp"
#include "actors/endpoint.hpp"
#include "actors/flush_queue.hpp"
#include "actors/messages.hpp"
#include "actors/name_table.hpp"
#include "actors/pinned_actor.hpp"
#include "actors/sweep.hpp"
#include "actors/timer_wheel.hpp"
#include "actors/topic.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace thunderpush {

class connection;

/// The connections of a home and their subscriptions: the last branch of the
/// fan-out tree. It hands a publication to its connections by direct call, as
/// they share its thread, and gives the channel credit once it is written.
class hub final : public pinned<hub, hub_interface>, public endpoint_factory {
public:
  hub(caf::actor_config& config, thunderpush::home& where,
      const context& shared);
  ~hub() override;

  /// Closes the clients of applications that are gone. Home thread.
  void dismiss_strangers();

  bool asks_for_address() const noexcept override {
    return shared_.door->counts_clients();
  }

  admission::verdict admit(const std::optional<ip_address>& address) override;

  /// Makes the connection of a client. Home thread.
  endpoint& open(std::unique_ptr<client_link> link, visitor who) override;

  const context& shared() const noexcept { return shared_; }

  // For the connections of this home.

  /// Subscribes. True if `connection::settled` follows, false if the
  /// connection is subscribed already.
  bool subscribe(connection& who, std::string_view channel);

  /// Ends a subscription. True if `connection::settled` follows, false if
  /// there is none.
  bool unsubscribe(connection& who, std::string_view channel);

  /// Ends all subscriptions. Returns for how many of them
  /// `connection::settled` follows.
  std::size_t unsubscribe_all(connection& who);

  /// Delivers what was published and has not come to it yet.
  void catch_up(connection& who) { sweep_.catch_up(who); }

  void on(const settled& what);
  void on(const fan_out& what);
  void on(const deliver& what);
  void on(const disconnect& what);
  void on(const list_subscribers& what);
  void on(const channel_lost& what);
  void on(const drain& what);

private:
  struct named_topic {
    topic* to;
    std::uint32_t hash;

    const channel_id& name() const noexcept { return to->id; }
  };

  class credit_payer;
  class drainer;

  topic& topic_of(channel_id id);
  topic* find(topic_number number) noexcept;
  void release_if_idle(topic& what);
  void announce(topic& what);
  void end_subscription(connection& who, std::size_t position);
  void remove(connection& who, std::size_t position);
  void activate(topic& what, connection& who);
  void deliver_one(connection& who, const frame_ptr& what);
  std::size_t deliver_and_count(const topic& to, const frame_ptr& what);
  template <class Deliver>
  void report(const reply_address& to, Deliver&& deliver);
  void owe(topic& what, std::size_t bytes);
  void pay_credit();

  bool survives_failure() const noexcept override { return true; }
  void on_exit(const caf::error& reason) override;
  void undelivered(caf::type_erased_tuple& content) override;

  const context& shared_;
  name_table<named_topic> by_name_;
  std::vector<std::unique_ptr<topic>> topics_; // by number
  std::vector<topic_number> free_numbers_;
  std::vector<topic_number> debtors_; // topics that owe credit
  frame::topic_serial topics_made_ = 0;
  std::unique_ptr<credit_payer> payer_;
  sweep sweep_;
  std::unique_ptr<drainer> drainer_;
};

} // namespace thunderpush
