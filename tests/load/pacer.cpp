#include "tests/load/pacer.hpp"

namespace thunderpush::load {

pacer::pacer(std::uint64_t per_second, clock::time_point start)
  : per_second_(per_second), start_(start) {}

std::uint64_t pacer::take(clock::time_point now) {
  const std::chrono::duration<double> elapsed = now - start_;
  const auto due = static_cast<std::uint64_t>(
    elapsed.count() * static_cast<double>(per_second_));
  const auto fresh = due - taken_;
  taken_ = due;
  return fresh;
}

} // namespace thunderpush::load
