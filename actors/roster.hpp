#pragma once

#include "actors/pinned_actor.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace thunderpush {

/// All actors of a home, each in a slot that stays its own for life, so that a
/// reader may walk the slots in steps while actors come and go and meets each
/// that stays exactly once.
class roster {
public:
  /// Returns the slot.
  std::uint32_t add(pinned_actor& who) {
    ++by_kind_[static_cast<std::size_t>(who.kind())];
    ++size_;
    if (free_.empty()) {
      slots_.push_back(&who);
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const auto slot = free_.back();
    free_.pop_back();
    slots_[slot] = &who;
    return slot;
  }

  void remove(std::uint32_t slot) {
    --by_kind_[static_cast<std::size_t>(slots_[slot]->kind())];
    --size_;
    slots_[slot] = nullptr;
    free_.push_back(slot);
  }

  /// Actors alive.
  std::size_t size() const noexcept { return size_; }

  /// The same, for each kind in the order of `actor_kind`.
  const std::array<std::size_t, actor_kind_names.size()>&
  by_kind() const noexcept {
    return by_kind_;
  }

  /// Slots to walk; an empty one is null.
  const std::vector<pinned_actor*>& slots() const noexcept { return slots_; }

private:
  std::vector<pinned_actor*> slots_;
  std::vector<std::uint32_t> free_;
  std::array<std::size_t, actor_kind_names.size()> by_kind_{};
  std::size_t size_ = 0;
};

} // namespace thunderpush
