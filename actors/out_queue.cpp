#include "actors/out_queue.hpp"

namespace thunderpush {

namespace {

// Room that a queue may keep between two bursts.
constexpr std::size_t kept_capacity = 4;

} // namespace

void out_queue::written(std::size_t bytes) {
  bytes_ -= bytes;
  while (bytes > 0) {
    const auto left = frames_[head_]->bytes(*framing_).size() - offset_;
    if (bytes < left) {
      offset_ += static_cast<std::uint32_t>(bytes);
      break;
    }
    bytes -= left;
    offset_ = 0;
    frames_[head_++].reset();
  }
  release_if_empty();
  close_ranks();
}

// A client that never catches up quite: the places of what was written are
// given up once they are most of them.
void out_queue::close_ranks() {
  if (head_ <= kept_capacity || head_ <= frames_.size() / 2)
    return;
  frames_.erase(frames_.begin(), frames_.begin() + head_);
  head_ = 0;
}

void out_queue::drop_waiting() {
  const std::uint32_t kept = offset_ > 0 ? head_ + 1 : head_;
  for (auto i = kept; i < frames_.size(); ++i)
    bytes_ -= frames_[i]->bytes(*framing_).size();
  frames_.resize(kept);
  release_if_empty();
}

void out_queue::release_if_empty() {
  if (head_ < frames_.size())
    return;
  head_ = 0;
  if (frames_.capacity() > kept_capacity)
    frames_ = std::vector<frame_ptr>{}; // {} alone would keep the memory
  else
    frames_.clear();
}

} // namespace thunderpush
