#include "actors/out_queue.hpp"

#include <algorithm>
#include <memory>
#include <utility>

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
  const auto kept = first_whole();
  for (auto i = kept; i < frames_.size(); ++i)
    bytes_ -= frames_[i]->bytes(*framing_).size();
  frames_.resize(kept);
  release_if_empty();
}

// -- by policy ---------------------------------------------------------------

out_queue::dropped out_queue::drop_oldest(std::size_t bytes) {
  dropped count;
  auto i = first_whole();
  for (; i < frames_.size() && bytes_ > bytes; ++i)
    if (frames_[i]->policy() != slow_policy::disconnect)
      drop(i, count);
  close_gaps(i);
  return count;
}

out_queue::dropped out_queue::drop_older(frame::clock::time_point when) {
  dropped count;
  auto i = first_whole();
  for (; i < frames_.size() && frames_[i]->born() < when; ++i)
    if (frames_[i]->policy() == slow_policy::drop_oldest)
      drop(i, count);
  close_gaps(i);
  return count;
}

out_queue::dropped out_queue::drop_topic(frame::topic_serial which) {
  dropped count;
  auto end = first_whole();
  for (auto i = end; i < frames_.size(); ++i)
    if (frames_[i]->topic() == which
        && frames_[i]->policy() == slow_policy::latest) {
      drop(i, count);
      end = i + 1;
    }
  close_gaps(end);
  return count;
}

bool out_queue::owes_since(frame::clock::time_point when) const noexcept {
  const auto waiting = frames();
  for (const auto& each : waiting) {
    if (each->born() >= when)
      return false;
    if (each->policy() == slow_policy::disconnect)
      return true;
  }
  return false;
}

// Leaves a gap.
void out_queue::drop(std::uint32_t position, dropped& count) {
  auto& what = frames_[position];
  bytes_ -= what->bytes(*framing_).size();
  ++(what->policy() == slow_policy::latest ? count.latest : count.oldest);
  what.reset();
}

// Moves what is left before `end` up to it: that is little, as a rule, while
// much may wait behind.
void out_queue::close_gaps(std::uint32_t end) {
  auto to = end;
  for (auto from = end; from-- > head_;)
    if (frames_[from] != nullptr && --to != from)
      frames_[to] = std::move(frames_[from]);
  head_ = to;
  release_if_empty();
  close_ranks();
}

void out_queue::release_if_empty() {
  if (head_ < frames_.size())
    return;
  head_ = 0;
  frames_.clear();
  if (frames_.capacity() <= kept_capacity)
    return;
  // Assignment would keep the memory, and shrinking lose the place within.
  std::destroy_at(&frames_);
  std::construct_at(&frames_);
}

} // namespace thunderpush
