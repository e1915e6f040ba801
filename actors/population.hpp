#pragma once

#include "actors/identifiers.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace thunderpush {

/// The clients of a home that have said who they are, by application and
/// transport. Lives on one home.
class population {
public:
  struct group {
    app_id app{};
    std::string_view transport; ///< Static storage.
    std::size_t size = 0;
  };

  /// Which group a client is counted in.
  using membership = std::uint16_t;

  /// One more.
  membership join(app_id app, std::string_view transport);

  /// One less.
  void leave(membership where) noexcept { --groups_[where].size; }

  const std::vector<group>& groups() const noexcept { return groups_; }

private:
  std::vector<group> groups_;
};

} // namespace thunderpush
