#pragma once

#include "actors/applications.hpp"
#include "actors/identifiers.hpp"
#include "actors/interfaces.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <vector>

namespace thunderpush {

/// What all actors of a home share: where to find each other and the settings.
/// Read and, when the configuration is read again, changed on the home's thread
/// only; the addresses are complete before the first home runs.
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
