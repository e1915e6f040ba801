#pragma once

#include "actors/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace thunderpush {

/// What waits to be written to one client: frames in order, the first of them
/// perhaps written in part. Owns no memory while it is empty.
class out_queue {
public:
  explicit out_queue(const framing& as) noexcept : framing_(&as) {}

  const framing& frames_as() const noexcept { return *framing_; }

  bool empty() const noexcept { return frames_.empty(); }

  /// Bytes that wait.
  std::size_t bytes() const noexcept { return bytes_; }

  /// Frames that wait, the first of them perhaps in part.
  std::span<const frame_ptr> frames() const noexcept {
    return std::span{frames_}.subspan(head_);
  }

  /// Frames it has memory for.
  std::size_t capacity() const noexcept { return frames_.capacity(); }

  /// How much of the first frame has been written.
  std::size_t offset() const noexcept { return offset_; }

  /// When the frame that waits longest came. The queue must not be empty.
  frame::clock::time_point oldest() const noexcept {
    return frames_[head_]->born();
  }

  void push(frame_ptr what) {
    bytes_ += what->bytes(*framing_).size();
    frames_.push_back(std::move(what));
  }

  /// This many bytes have been written.
  void written(std::size_t bytes);

  /// Drops what waits, but for a frame that was begun: the peer could not make
  /// sense of what follows half a frame.
  void drop_waiting();

private:
  void release_if_empty();
  void close_ranks();

  const framing* framing_;
  std::vector<frame_ptr> frames_;
  std::size_t bytes_ = 0;
  std::uint32_t head_ = 0;
  std::uint32_t offset_ = 0;
};

} // namespace thunderpush
