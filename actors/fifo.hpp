#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace thunderpush {

/// First in, first out. Owns no memory while it is empty, where `std::deque`
/// keeps 600 bytes: there is one for each channel of a hub.
template <class Item>
class fifo {
public:
  bool empty() const noexcept { return head_ == items_.size(); }
  std::size_t size() const noexcept { return items_.size() - head_; }

  /// Must not be empty.
  const Item& front() const noexcept { return items_[head_]; }

  void push(Item what) { items_.push_back(std::move(what)); }

  /// Takes the first out. Must not be empty.
  Item pop() {
    auto first = std::move(items_[head_++]);
    if (empty())
      *this = fifo{};
    else if (head_ > items_.size() / 2)
      close_ranks();
    return first;
  }

private:
  void close_ranks() {
    items_.erase(items_.begin(),
                 items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

  std::vector<Item> items_;
  std::size_t head_ = 0; // those before it are gone
};

} // namespace thunderpush
