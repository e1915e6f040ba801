#include "transport/sockjs/frames.hpp"

#include "encoding/json.hpp"

namespace thunderpush::sockjs {

std::string array_frame(std::string_view element) {
  std::string frame;
  frame.reserve(element.size() + 3);
  frame.append("a[").append(element).append("]");
  return frame;
}

std::string array_frame(std::span<const frame_ptr> messages) {
  std::size_t size = 2;
  for (const auto& each : messages)
    size += each->element().size() + 1;
  std::string frame;
  frame.reserve(size);
  frame.append("a[");
  for (const auto& each : messages) {
    if (&each != &messages.front())
      frame += ',';
    frame.append(each->element());
  }
  frame += ']';
  return frame;
}

std::string close_frame(const close_reason& why) {
  std::string frame = "c[" + std::to_string(why.code) + ",";
  append_json_string(frame, why.text);
  frame += ']';
  return frame;
}

} // namespace thunderpush::sockjs
