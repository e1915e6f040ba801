#pragma once

#include "tests/load/event_loop.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace thunderpush::load {

/// When the messages of one stream were published, one after the other.
class publication_log {
public:
  /// Numbers from `first` to `last`, both included.
  struct span {
    std::uint64_t first;
    std::uint64_t last;
  };

  /// Books the next message.
  /// @returns its number
  std::uint64_t post(clock::time_point when);

  /// Books the server's answer to it.
  void answered(std::uint64_t number, clock::time_point when);

  /// The messages that were published wholly between two times: posted after
  /// the first and answered before the second. Nothing if there are none.
  std::optional<span> published_between(clock::time_point from,
                                        clock::time_point to) const;

private:
  struct publication {
    clock::time_point posted;
    clock::time_point answered = clock::time_point::max();
  };

  std::vector<publication> publications_;
};

} // namespace thunderpush::load
