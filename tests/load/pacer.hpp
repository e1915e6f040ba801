#pragma once

#include "tests/load/event_loop.hpp"

#include <cstdint>

namespace thunderpush::load {

/// Spreads events evenly over time, whatever becomes of them (an open loop).
class pacer {
public:
  pacer(std::uint64_t per_second, clock::time_point start);

  /// How many events have become due since the last call.
  std::uint64_t take(clock::time_point now);

private:
  std::uint64_t per_second_;
  clock::time_point start_;
  std::uint64_t taken_ = 0;
};

} // namespace thunderpush::load
