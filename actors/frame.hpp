#pragma once

#include "actors/framing.hpp"
#include "actors/memory_budget.hpp"
#include "actors/publication.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace thunderpush {

/// What waits in the out-queues of one home: a publication with its encoded
/// variants, each built on first use, or bytes that are ready as they are (a
/// heartbeat, a pong). Shared by all connections of the home and by no other
/// thread, so that neither its count nor its variants need an atomic.
class frame
  : public boost::intrusive_ref_counter<frame, boost::thread_unsafe_counter> {
public:
  using clock = std::chrono::steady_clock;

  /// Of a hub's topics, a number that is never given twice; 0: of none.
  using topic_serial = std::uint64_t;

  /// `counted`: where its memory is counted, if anywhere.
  frame(publication_ptr what, clock::time_point born, topic_serial topic = 0,
        memory_use* counted = nullptr)
    : publication_(std::move(what)),
      born_(born),
      topic_(topic),
      counted_(counted) {
    count(sizeof *this + publication_->element.size());
  }

  /// A frame of one kind of transport, complete as it is.
  frame(std::string bytes, clock::time_point born,
        memory_use* counted = nullptr)
    : ready_(std::move(bytes)), born_(born), counted_(counted) {
    count(sizeof *this + ready_.size());
  }

  frame(const frame&) = delete;
  frame& operator=(const frame&) = delete;

  ~frame() {
    if (counted_ != nullptr)
      counted_->remove(memory_);
  }

  /// The bytes to write on a connection with this framing.
  const std::string& bytes(const framing& as) const {
    if (!publication_)
      return ready_;
    auto& variant = variants_[as.kind()];
    if (variant.empty()) {
      variant = publication_->options.compress
                  ? as.encode_compressed(publication_->element)
                  : as.encode(publication_->element);
      count(variant.size());
    }
    return variant;
  }

  /// Whether it carries a publication, or ready bytes.
  bool is_publication() const noexcept { return publication_ != nullptr; }

  /// What becomes of it where a client does not keep up. Ready bytes, and
  /// messages for a user, are never dropped alone.
  slow_policy policy() const noexcept {
    return topic_ != 0 ? publication_->options.slow : slow_policy::disconnect;
  }

  /// The topic that it came from.
  topic_serial topic() const noexcept { return topic_; }

  /// The publication's element; empty for ready bytes.
  std::string_view element() const noexcept {
    return publication_ ? std::string_view{publication_->element}
                        : std::string_view{};
  }

  /// When the server got it: the publication was accepted, or the bytes were
  /// made.
  clock::time_point accepted() const noexcept {
    return publication_ && publication_->accepted != clock::time_point{}
             ? publication_->accepted
             : born_;
  }

  /// When this home got it.
  clock::time_point born() const noexcept { return born_; }

private:
  void count(std::size_t bytes) const noexcept {
    memory_ += bytes;
    if (counted_ != nullptr)
      counted_->add(bytes);
  }

  publication_ptr publication_;
  std::string ready_;
  mutable std::array<std::string, framing::max_kinds> variants_;
  clock::time_point born_;
  topic_serial topic_ = 0;
  const memory_use_ptr counted_;
  mutable std::size_t memory_ = 0;
};

using frame_ptr = boost::intrusive_ptr<const frame>;

} // namespace thunderpush
