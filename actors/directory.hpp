#pragma once

#include "actors/actor_table.hpp"
#include "actors/channel.hpp"
#include "actors/context.hpp"
#include "actors/messages.hpp"
#include "actors/pinned_actor.hpp"
#include "actors/session.hpp"

#include <caf/actor_addr.hpp>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace thunderpush {

/// The channels and sessions that live on a home. Makes one when it is first
/// needed and lets it go when it is idle; as every message to one goes through
/// here and is counted, none can be on its way to one that is let go.
class directory final : public pinned<directory, directory_interface> {
public:
  directory(caf::actor_config& config, thunderpush::home& where,
            const context& shared);

  void on(attach_connection& what);
  void on(detach_connection& what);
  void on(send_to_user& what);
  void on(disconnect_user& what);
  void on(const find_user& what);
  void on(const count_users& what);
  void on(const session_idle& what);

  void on(join& what);
  void on(leave& what);
  void on(publish& what);
  void on(list_users& what);
  void on(reset_channel& what);
  void on(const channel_idle& what);

  void on(const caf::down_msg& what);

private:
  using sessions = actor_table<session, session_ref>;
  using channels = actor_table<channel, channel_ref>;

  // How many actors of a name have failed; of the names of late.
  template <class Id>
  class failures {
  public:
    void note(const Id& name) {
      if (counts_.size() >= kept && !counts_.contains(name))
        counts_.clear();
      ++counts_[name];
    }

    std::uint16_t of(const Id& name) const {
      const auto known = counts_.find(name);
      return known == counts_.end() ? std::uint16_t{0} : known->second;
    }

    void forget(const Id& name) { counts_.erase(name); }

  private:
    static constexpr std::size_t kept = 1024;
    std::unordered_map<Id, std::uint16_t> counts_;
  };

  session_ref existing_session(const user_id& id);
  channel_ref existing_channel(const channel_id& id);
  session_ref session_of(const user_id& id);
  channel_ref channel_of(const channel_id& id);
  void forget(sessions::iterator it);

  bool survives_failure() const noexcept override { return true; }
  void undelivered(caf::type_erased_tuple& content) override;

  const context& shared_;
  sessions sessions_;
  channels channels_;
  failures<user_id> failed_sessions_;
  failures<channel_id> failed_channels_;
  std::vector<std::size_t> users_online_; // by application
};

} // namespace thunderpush
