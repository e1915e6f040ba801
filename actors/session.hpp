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
#include <vector>

namespace thunderpush {

/// One user of one application: knows the user's connections, wherever they
/// live. Lives while there is one.
class session final : public pinned<session, session_interface> {
public:
  session(caf::actor_config& config, thunderpush::home& where, user_id id,
          const context& shared);

  const user_id& known_as() const noexcept { return id_; }

  std::string_view label() const noexcept override { return id_.name; }
  std::optional<app_id> application() const noexcept override {
    return id_.app;
  }
  std::uint64_t figure(actor_order by) const override;

  void on(const attach_connection& what);
  void on(const detach_connection& what);
  void on(const send_to_user& what);
  void on(const disconnect_user& what);

private:
  struct member {
    connection_ref who;
    hub_ref hub;          // of the home it lives on
    bool leaving = false; // it was told to close
  };

  void note(const trace_event& what);
  void report_if_idle();
  void answer_disconnects();

  holdings_view holdings(bool thoroughly) const override;
  std::size_t memory() const noexcept override;
  void on_exit(const caf::error& reason) override;
  void undelivered(caf::type_erased_tuple& content) override;

  const user_id id_;
  const context& shared_;
  boost::container::small_vector<member, 1> members_;
  std::vector<reply_address> disconnects_; // wait for the leaving to be gone
  std::uint64_t seen_ = 0; // messages that came through the directory
};

} // namespace thunderpush
