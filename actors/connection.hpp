#pragma once

#include "actors/client_command.hpp"
#include "actors/endpoint.hpp"
#include "actors/messages.hpp"
#include "actors/population.hpp"
#include "actors/topic.hpp"

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush {

class hub;

/// One client of an app: who it is, what it may do and what it is subscribed
/// to.
class connection final
  : public pinned<connection, connection_interface, endpoint> {
public:
  /// `hub` is the one of its home.
  connection(caf::actor_config& config, thunderpush::home& where, hub& hub,
             std::unique_ptr<client_link> link, visitor who);

  std::string_view label() const noexcept override { return user_; }
  std::optional<app_id> application() const noexcept override;
  std::string_view state() const noexcept override;

  // For its hub.

  app_id app() const noexcept { return app_; }
  const std::string& user() const noexcept { return user_; }

  using subscription_list = boost::container::small_vector<subscription, 1>;
  subscription_list& subscriptions() noexcept { return subscriptions_; }

  /// A channel has taken note of a join or leave.
  void settled();

  void on(const attached& what);
  void on(const session_lost& what);

private:
  enum class phase : std::uint8_t { anonymous, connecting, connected };

  void carry_out(no_command) {}
  void carry_out(const connect_command& command);
  void carry_out(const subscribe_command& command);
  void carry_out(const unsubscribe_command& command);

  bool take_place_in(app_id app);

  // A command. Those of a client are done one after the other.
  bool handle(std::string_view message) override;
  bool is_subscribed_to(std::string_view channel) const override;
  holdings_view holdings(bool thoroughly) const override;
  std::size_t memory() const noexcept override;
  void note(std::string_view event, std::string_view subject);

  void leave() override;
  bool is_settled() const noexcept override;
  void on_exit(const caf::error& reason) override;

  void join_session();
  void leave_session();

  hub& hub_;
  std::unique_ptr<visitor> visitor_; // until it has said who it is
  std::string user_;
  subscription_list subscriptions_;
  std::uint32_t awaited_ = 0; // answers until the next command, or the end
  app_id app_{};
  population::membership group_{}; // once it has said who it is
  phase phase_ = phase::anonymous;
  bool attached_ = false;  // a session was told of it
  bool attaching_ = false; // and has not answered yet
};

/// The connection behind an address. Its home's thread only.
connection& connection_at(const connection_ref& address) noexcept;

} // namespace thunderpush
