#pragma once

#include "actors/frame.hpp"
#include "actors/out_queue.hpp"
#include "transport/client_stream.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// Writes out-queues to sockets, as many frames with one system call as there
/// are. In a fan-out most queues hold the same frames: the bytes put together
/// for one connection are kept for the next. One for each thread.
class frame_writer {
public:
  enum class outcome : std::uint8_t {
    drained, ///< The queue is empty.
    more,    ///< The socket takes more, but has had its share for now.
    blocked, ///< The socket is full.
    lost,    ///< The peer is gone.
  };

  outcome write(client_stream& to, out_queue& queue);

  /// The writer of the calling thread.
  static frame_writer& of_thread();

private:
  std::string_view next_bytes(const out_queue& queue);
  bool holds(const out_queue& queue) const noexcept;
  void put_together(const out_queue& queue);

  // The frames whose bytes are in `bytes_`, kept alive so that an address
  // always means the same frame.
  std::vector<frame_ptr> frames_;
  std::string bytes_;
  const framing* framing_ = nullptr;
};

} // namespace thunderpush
