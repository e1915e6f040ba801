#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace thunderpush::load {

/// How a number stands to those that came before it.
enum class arrival {
  /// One more than the highest so far, or the first of all.
  in_order,
  /// Some between the highest so far and this one have not come.
  after_gap,
  /// Lower than the highest so far, and not seen before. Below the first of a
  /// sequence that may start anywhere this cannot be told from a duplicate.
  late,
  /// Seen before.
  duplicate,
};

/// The numbers one receiver has got of one stream.
class sequence {
public:
  /// A sequence that may start anywhere.
  sequence() = default;

  /// A sequence that must start with `first`.
  explicit sequence(std::uint64_t first) : first_(first), next_(first) {}

  /// Takes the next number that came.
  arrival note(std::uint64_t number);

  /// The lowest number, or the one it must start with; nothing before the first
  /// has come.
  std::optional<std::uint64_t> first() const { return first_; }

  /// One more than the highest number.
  std::uint64_t next() const { return next_; }

  /// Numbers skipped so far that have not come late.
  std::uint64_t missing() const;

  /// The next gap is right: the receiver was away for a while.
  void permit_gap() { gap_permitted_ = true; }

  /// From now on a gap is wrong again.
  void forbid_gap() { gap_permitted_ = false; }

private:
  /// Numbers from `begin` to before `end`.
  struct range {
    std::uint64_t begin;
    std::uint64_t end;
  };

  bool take_missing(std::uint64_t number);

  std::optional<std::uint64_t> first_;
  std::uint64_t next_ = 0;
  bool gap_permitted_ = false;
  std::vector<range> missing_;
};

} // namespace thunderpush::load
