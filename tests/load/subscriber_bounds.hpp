#pragma once

#include <cstdint>
#include <deque>

namespace thunderpush::load {

/// How many subscribers a channel has, as far as that is known from outside:
/// between a publish and its answer the server counts them at a time that
/// nobody else knows.
class subscriber_bounds {
public:
  /// Both included.
  struct range {
    std::int64_t least = 0;
    std::int64_t most = 0;
  };

  /// Somebody's subscription has become certain (1), or is no more (-1).
  void certain(std::int64_t change);

  /// Somebody's subscription has become possible (1), or is no more (-1).
  void possible(std::int64_t change);

  /// A message is sent.
  void sent();

  /// The oldest message that was sent is answered.
  /// @returns between which counts the answer must lie
  range answered();

  /// What is known now.
  range now() const { return now_; }

private:
  range now_;
  std::deque<range> under_way_;
};

} // namespace thunderpush::load
