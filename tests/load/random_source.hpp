#pragma once

#include <cstdint>
#include <random>

namespace thunderpush::load {

/// A reproducible source of choices: the same two seeds, the same choices.
class random_source {
public:
  random_source(std::uint64_t seed, std::uint64_t stream) {
    std::seed_seq seeds{seed, seed >> 32, stream};
    engine_.seed(seeds);
  }

  /// A number from `least` to `most`, both included.
  template <class Integer>
  Integer between(Integer least, Integer most) {
    return std::uniform_int_distribution<Integer>{least, most}(engine_);
  }

  /// True in so many of a hundred cases.
  bool chance(int percent) { return between(1, 100) <= percent; }

private:
  std::mt19937_64 engine_;
};

} // namespace thunderpush::load
