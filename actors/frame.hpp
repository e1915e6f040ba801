#pragma once

#include "actors/framing.hpp"
#include "actors/publication.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace thunderpush {

/// What waits in the out-queues of one home: a publication with its encoded
/// variants, each built on first use, or bytes that are ready as they are (a
/// heartbeat, a pong). Shared by all connections of the home and by no other
/// thread, so that neither its count nor its variants need an atomic.
class frame
  : public boost::intrusive_ref_counter<frame, boost::thread_unsafe_counter> {
public:
  using clock = std::chrono::steady_clock;

  frame(publication_ptr what, clock::time_point born)
    : publication_(std::move(what)), born_(born) {}

  /// A frame of one kind of transport, complete as it is.
  frame(std::string bytes, clock::time_point born)
    : ready_(std::move(bytes)), born_(born) {}

  /// The bytes to write on a connection with this framing.
  const std::string& bytes(const framing& as) const {
    if (!publication_)
      return ready_;
    auto& variant = variants_[as.kind()];
    if (variant.empty())
      variant = publication_->options.compress
                  ? as.encode_compressed(publication_->element)
                  : as.encode(publication_->element);
    return variant;
  }

  /// Whether it carries a publication, or ready bytes.
  bool is_publication() const noexcept { return publication_ != nullptr; }

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
  publication_ptr publication_;
  std::string ready_;
  mutable std::array<std::string, framing::max_kinds> variants_;
  clock::time_point born_;
};

using frame_ptr = boost::intrusive_ptr<const frame>;

} // namespace thunderpush
