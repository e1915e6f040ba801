#pragma once

#include "actors/actor_kind.hpp"
#include "actors/dispatch_probe.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// The handlers that are to throw. Each armed fault does it once: the next
/// message of that type to an actor of that kind. Any thread.
class armed_faults final : public dispatch_probe {
public:
  /// Work that no message brings: a call by whoever is on the same home.
  struct direct_call {
    actor_kind kind;
    std::string_view name;
  };

  /// Those of which we know; others could be added.
  static constexpr direct_call subscribing{actor_kind::connection,
                                           "subscribe_command"};
  static constexpr direct_call requesting{actor_kind::gateway, "request"};

  /// All that can fail, as `KIND MESSAGE` each.
  static std::vector<std::string> handlers();

  /// The handler of that name fails next time, as often as it is armed. False
  /// if there is none.
  bool arm(std::string_view name);

  /// How many are armed still.
  std::size_t armed() const;

  void before(const pinned_actor& who,
              const caf::type_erased_tuple& content) override;

  /// The same for a direct call.
  void before(const direct_call& what);

private:
  struct handler;

  static const std::vector<handler>& known();
  bool disarm(const handler& what);

  mutable std::mutex mutex_; // of armed_
  std::vector<const handler*> armed_;
};

/// Those of this process.
armed_faults& faults();

} // namespace thunderpush
