#include "actors/population.hpp"

#include <algorithm>

namespace thunderpush {

// Few applications times few transports: not worth an index.
population::membership population::join(app_id app,
                                        std::string_view transport) {
  auto known
    = std::find_if(groups_.begin(), groups_.end(), [&](const group& each) {
        return each.app == app && each.transport == transport;
      });
  if (known == groups_.end())
    known = groups_.insert(known, group{app, transport});
  ++known->size;
  return static_cast<membership>(known - groups_.begin());
}

} // namespace thunderpush
