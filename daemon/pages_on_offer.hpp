#pragma once

#include "transport/http/mount.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace thunderpush {

/// The pages and scripts of the public listener that do not change: made once
/// for all homes.
class public_pages {
public:
  explicit public_pages(bool with_demo);

  void add_to(site& offer) const;

private:
  std::vector<std::pair<std::string, std::shared_ptr<mount>>> by_path_;
};

/// Adds the dashboard to the site of the admin listener.
void add_dashboard(site& offer);

} // namespace thunderpush
