#pragma once

#include "actors/context.hpp"
#include "actors/messages.hpp"
#include "actors/pinned_actor.hpp"
#include "actors/tracer.hpp"

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

/// One channel: knows how many subscribers each hub has and hands publications
/// to the hubs, in one order for all. Lives while it has subscribers.
class channel final : public pinned<channel, channel_interface> {
public:
  channel(caf::actor_config& config, thunderpush::home& where, channel_id id,
          const context& shared);

  const channel_id& known_as() const noexcept { return id_; }

  std::string_view label() const noexcept override { return id_.name; }
  std::optional<app_id> application() const noexcept override {
    return id_.app;
  }
  std::uint64_t figure(actor_order by) const override;

  void on(const join& what);
  void on(const leave& what);
  void on(const publish& what);
  void on(const list_users& what);
  void on(const credit& what);
  void on(const reset_channel& what);

private:
  // A hub that has subscribers.
  struct member {
    hub_ref hub;
    topic_number topic{};
    std::uint32_t subscribers = 0;
    std::size_t under_way = 0; // bytes that it has not given credit for
  };

  member* find(const hub_ref& hub) noexcept;
  bool congested(std::size_t bytes) const noexcept;
  void note(const trace_event& what);
  void report_if_idle();
  void settle(const hub_ref& hub, topic_number topic, std::uint64_t operation);

  holdings_view holdings(bool thoroughly) const override;
  std::size_t memory() const noexcept override;
  void on_exit(const caf::error& reason) override;
  void undelivered(caf::type_erased_tuple& content) override;

  const channel_id id_;
  const context& shared_;
  boost::container::small_vector<member, 1> members_;
  std::size_t subscribers_ = 0;
  std::uint64_t seen_ = 0; // messages that came through the directory
};

} // namespace thunderpush
