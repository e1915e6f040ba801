#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace thunderpush::ctl {

/// Who has got which message, and how often.
class delivery_ledger {
public:
  delivery_ledger(std::size_t subscribers, std::size_t messages)
    : messages_{messages}, seen_(subscribers * messages, false) {}

  /// Notes that a message has come. Returns whether it is the first time.
  bool note(std::size_t subscriber, std::size_t message) {
    auto seen = seen_[subscriber * messages_ + message];
    ++(seen ? duplicates_ : deliveries_);
    const bool is_first = !seen;
    seen = true;
    return is_first;
  }

  /// Each message counts once for each subscriber.
  std::uint64_t deliveries() const noexcept { return deliveries_; }
  std::uint64_t duplicates() const noexcept { return duplicates_; }
  std::uint64_t missing() const noexcept { return seen_.size() - deliveries_; }

private:
  std::size_t messages_;
  std::vector<bool> seen_;
  std::uint64_t deliveries_ = 0;
  std::uint64_t duplicates_ = 0;
};

} // namespace thunderpush::ctl
