#pragma once

#include <caf/type_erased_tuple.hpp>

namespace thunderpush {

class pinned_actor;

/// Looks on as actors handle messages: the port through which tests make a
/// handler fail where they want, or let other homes run at that moment. The
/// server has none.
class dispatch_probe {
public:
  virtual ~dispatch_probe() = default;

  /// `who` is about to handle a message. What this throws counts as thrown by
  /// the handler. Home thread.
  virtual void before(const pinned_actor& who,
                      const caf::type_erased_tuple& content)
    = 0;
};

} // namespace thunderpush
