#pragma once

#include "actors/client_command.hpp"
#include "actors/endpoint.hpp"
#include "actors/messages.hpp"
#include "actors/permissions.hpp"
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
  ~connection() override;

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

  void seen_from(std::string_view origin) override;

  void on(const attached& what);
  void on(const session_lost& what);

private:
  enum class phase : std::uint8_t { anonymous, connecting, connected };

  class grant;

  void carry_out(no_command) {}
  void carry_out(const connect_command& command);
  void carry_out(const subscribe_command& command);
  void carry_out(const unsubscribe_command& command);
  void carry_out(const refresh_command& command);
  void carry_out(const authorize_command& command);

  bool take_place_in(app_id app);
  std::optional<identity> verify(app_id app, std::string_view token);
  std::optional<identity> verify_own(std::string_view token);
  bool may_subscribe(std::string_view channel) const noexcept;
  void refuse_channel(std::string_view channel);
  void leave_forbidden();
  grant& granted();
  void grant_due();

  // A command. Those of a client are done one after the other.
  bool handle(std::string_view message) override;
  bool is_subscribed_to(std::string_view channel) const override;
  holdings_view holdings(bool thoroughly) const override;
  std::size_t memory() const noexcept override;
  void note(std::string_view event, std::string_view subject);

  void catch_up() override;
  void leave() override;
  bool is_settled() const noexcept override;
  void on_exit(const caf::error& reason) override;

  void join_session();
  void leave_session();

  hub& hub_;
  std::unique_ptr<visitor> visitor_; // until it has said who it is
  std::unique_ptr<grant> grant_;     // if it has shown a token
  std::string user_;
  subscription_list subscriptions_;
  std::uint32_t awaited_ = 0; // answers until the next command, or the end
  app_id app_{};
  population::membership group_{}; // once it has said who it is
  phase phase_ = phase::anonymous;
  bool attached_ = false;  // a session was told of it
  bool attaching_ = false; // and has not answered yet
};

} // namespace thunderpush
