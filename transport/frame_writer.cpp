#include "transport/frame_writer.hpp"

#include <algorithm>

namespace thunderpush {

namespace {

// Frames from this size on are written from where they are.
constexpr std::size_t large_frame_bytes = std::size_t{16} * 1024;

// What is put together for one system call.
constexpr std::size_t batch_bytes = std::size_t{64} * 1024;

// What one connection may write before others have their turn.
constexpr std::size_t share_bytes = std::size_t{256} * 1024;

} // namespace

frame_writer& frame_writer::of_thread() {
  thread_local frame_writer writer;
  return writer;
}

frame_writer::outcome frame_writer::write(client_stream& to, out_queue& queue) {
  std::size_t written = 0;
  while (!queue.empty()) {
    if (written >= share_bytes)
      return outcome::more;
    const auto bytes = next_bytes(queue);
    const auto moved = to.write(bytes);
    if (moved.what == client_stream::outcome::lost)
      return outcome::lost;
    queue.written(moved.bytes);
    written += moved.bytes;
    if (moved.bytes < bytes.size())
      return outcome::blocked;
  }
  return outcome::drained;
}

std::string_view frame_writer::next_bytes(const out_queue& queue) {
  const auto frames = queue.frames();
  const std::string_view first = frames.front()->bytes(queue.frames_as());
  if (queue.offset() > 0 || frames.size() == 1
      || first.size() >= large_frame_bytes)
    return first.substr(queue.offset());
  if (!holds(queue))
    put_together(queue);
  return bytes_;
}

bool frame_writer::holds(const out_queue& queue) const noexcept {
  const auto frames = queue.frames();
  return framing_ == &queue.frames_as() && frames_.size() == frames.size()
         && std::equal(frames.begin(), frames.end(), frames_.begin());
}

void frame_writer::put_together(const out_queue& queue) {
  framing_ = &queue.frames_as();
  frames_.clear();
  bytes_.clear();
  for (const auto& each : queue.frames()) {
    const auto& bytes = each->bytes(*framing_);
    if (!frames_.empty() && bytes_.size() + bytes.size() > batch_bytes)
      break;
    bytes_ += bytes;
    frames_.push_back(each);
  }
}

} // namespace thunderpush
