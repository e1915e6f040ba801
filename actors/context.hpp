#pragma once

#include "actors/applications.hpp"
#include "actors/identifiers.hpp"
#include "actors/interfaces.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <vector>

namespace thunderpush {

/// What all actors of the process share: where to find each other and the
/// settings. Complete before the first home runs and never changed again, so
/// that every thread may read it.
struct context {
  applications apps;
  limit_settings limits;

  // By home.
  std::vector<directory_ref> directories{};
  std::vector<hub_ref> hubs{};
  std::vector<inspector_ref> inspectors{};

  /// The directory of the home on which the user's session, or the channel,
  /// lives.
  template <class Kind>
  const directory_ref& directory_of(const scoped_name<Kind>& id) const {
    return directories[hash_value(id) % directories.size()];
  }
};

} // namespace thunderpush
