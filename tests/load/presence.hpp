#pragma once

#include "tests/load/api_client.hpp"
#include "tests/load/rest_api.hpp"
#include "tests/load/scenario.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::load {

/// What the REST API says about who is there. Each call asks repeatedly until
/// the answer is the expected one; if it does not become so in time, that is a
/// broken expectation.
class presence {
public:
  presence(const scenario_run& run, const rest_api& requests, api_client& api);

  /// Waits until so many users are online.
  /// @returns whether they are
  bool expect_users(std::uint64_t count, std::chrono::seconds in_time);

  /// Waits until the channel lists exactly these users, in any order.
  /// @returns whether it does
  bool expect_members(std::string_view channel, std::vector<std::string> users,
                      std::chrono::seconds in_time);

private:
  const scenario_run& run_;
  const rest_api& requests_;
  api_client& api_;
};

} // namespace thunderpush::load
