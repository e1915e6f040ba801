#pragma once

#include "tests/load/api_client.hpp"
#include "tests/load/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace thunderpush::load {

/// What a server has before a scenario's clients come, and must not have more
/// of once they have left: actors, by its admin endpoint, and open descriptors.
/// Either is looked at only if the options say where.
class leftovers {
public:
  /// Looks for the first time, and so serves events.
  explicit leftovers(const scenario_run& run);

  /// The answer to `GET /stats`; empty if there is no admin endpoint.
  std::string stats();

  /// Waits until there is no more than at the first look. Adds
  /// `forgotten_seconds` and the descriptors to the report.
  void expect_none(std::chrono::seconds in_time);

private:
  std::string ask(const std::string& path);
  bool none();

  const scenario_run& run_;
  endpoint admin_;
  std::optional<api_client> connection_;
  std::optional<std::string> actors_;
  std::optional<std::uint64_t> descriptors_;
};

} // namespace thunderpush::load
