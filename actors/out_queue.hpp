#pragma once

#include "actors/frame.hpp"

#include <boost/container/options.hpp>
#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace thunderpush {

/// What waits to be written to one client: frames in order, the first of them
/// perhaps written in part. A single one needs no memory of its own: that is
/// what mostly waits.
class out_queue {
public:
  explicit out_queue(const framing& as) noexcept : framing_(&as) {}

  const framing& frames_as() const noexcept { return *framing_; }

  bool empty() const noexcept { return frames_.empty(); }

  /// Bytes that wait.
  std::size_t bytes() const noexcept { return bytes_; }

  /// Frames that wait, the first of them perhaps in part.
  std::span<const frame_ptr> frames() const noexcept {
    return std::span{frames_.data(), frames_.size()}.subspan(head_);
  }

  /// Bytes on the heap that are its own.
  std::size_t heap() const noexcept {
    return frames_.capacity() > frame_list{}.capacity()
             ? frames_.capacity() * sizeof(frame_ptr)
             : 0;
  }

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

  /// Messages that were dropped, by the policy of their channel.
  struct dropped {
    std::uint32_t oldest = 0;
    std::uint32_t latest = 0;

    std::uint32_t all() const noexcept { return oldest + latest; }
  };

  /// Drops the messages that waited longest, as their policy permits it, until
  /// no more than so many bytes wait or there is none left to drop. Costs as
  /// much as there are frames in front of the last that is dropped.
  dropped drop_oldest(std::size_t bytes);

  /// The same for those whose policy is to drop the oldest, until none of them
  /// was born before `when`.
  dropped drop_older(frame::clock::time_point when);

  /// Drops what waits of a topic of which only the latest message counts. Costs
  /// as much as there are frames.
  dropped drop_topic(frame::topic_serial which);

  /// Whether something waits that was born before `when` and has to reach the
  /// client.
  bool owes_since(frame::clock::time_point when) const noexcept;

private:
  // Grows by doubling, as bursts come in at once.
  using frame_list = boost::container::small_vector<
    frame_ptr, 1, void,
    boost::container::small_vector_options_t<
      boost::container::growth_factor<boost::container::growth_factor_100>>>;

  std::uint32_t first_whole() const noexcept {
    return offset_ > 0 ? head_ + 1 : head_;
  }
  void drop(std::uint32_t position, dropped& count);
  void close_gaps(std::uint32_t end);
  void release_if_empty();
  void close_ranks();

  const framing* framing_;
  frame_list frames_;
  std::size_t bytes_ = 0;
  std::uint32_t head_ = 0;
  std::uint32_t offset_ = 0;
};

} // namespace thunderpush
