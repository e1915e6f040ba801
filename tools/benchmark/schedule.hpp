#pragma once

#include "tests/load/event_loop.hpp"

#include <chrono>
#include <cstdint>

namespace thunderpush::benchmark {

using load::clock;

/// When the messages of an open loop are due: evenly spread, whatever became of
/// those before. Latencies count from these times, so that a server which holds
/// up the sender is not spared the messages that it kept from being sent.
class schedule {
public:
  /// @param per_second more than 0
  schedule(double per_second, clock::time_point start)
    : per_second_(per_second), start_(start) {}

  /// When the next message is due.
  clock::time_point next() const {
    return start_
           + std::chrono::duration_cast<clock::duration>(
             std::chrono::duration<double>{static_cast<double>(taken_)
                                           / per_second_});
  }

  /// The next message is sent, or waits for a sender.
  void take() { ++taken_; }

private:
  double per_second_;
  clock::time_point start_;
  std::uint64_t taken_ = 0;
};

} // namespace thunderpush::benchmark
