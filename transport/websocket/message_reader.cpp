#include "transport/websocket/message_reader.hpp"

#include "encoding/utf8.hpp"
#include "transport/websocket/byte_buffer.hpp"
#include "transport/websocket/deflate.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace thunderpush::websocket {

// What has arrived of a header, a frame or a fragmented message.
struct message_reader::partial {
  std::array<char, max_frame_header_bytes> header{};
  std::uint8_t header_bytes = 0;

  std::optional<frame_header> frame; // whose payload is incomplete
  std::uint64_t frame_received = 0;

  std::optional<opcode> message_type; // of the message under way
  bool compressed = false;
  utf8_validator utf8;
  std::vector<char> message; // as it arrived
  std::vector<char> inflated;
  std::vector<char> control; // apart: comes between fragments of a message

  bool is_idle() const noexcept {
    return header_bytes == 0 && !frame && !message_type;
  }
};

namespace {

constexpr violation bad_utf8{close_code::invalid_payload, "invalid UTF-8"};

std::string_view view(std::span<const char> bytes) noexcept {
  return {bytes.data(), bytes.size()};
}

// Takes and unmasks what the input holds of a frame's payload.
std::span<char> take_payload(std::span<char>& input, const frame_header& header,
                             std::uint64_t received) noexcept {
  const auto missing = header.payload_bytes - received;
  const auto size
    = static_cast<std::size_t>(std::min<std::uint64_t>(missing, input.size()));
  const auto part = input.first(size);
  input = input.subspan(size);
  unmask(part, header.mask, received);
  return part;
}

// The most payload bytes of a message, over all its fragments. Data that cannot
// be compressed get a little larger.
std::size_t most_payload_bytes(const message_limits& limits,
                               bool compressed) noexcept {
  constexpr std::size_t smallest_allowance = 64;
  const auto most = limits.max_message_bytes;
  return compressed ? most + most / 8 + smallest_allowance : most;
}

event data_event(opcode type, std::string_view payload) noexcept {
  if (type == opcode::text)
    return text_message{payload};
  return binary_message{payload};
}

event close_event(std::string_view payload) noexcept {
  if (payload.empty())
    return close_frame{};
  if (payload.size() == 1)
    return violation{close_code::protocol_error, "close payload of one byte"};
  const auto high = static_cast<unsigned char>(payload[0]);
  const auto low = static_cast<unsigned char>(payload[1]);
  const auto code = static_cast<close_code>((high << 8) | low);
  if (!is_legal_on_wire(code))
    return violation{close_code::protocol_error, "illegal close code"};
  const auto reason = payload.substr(2);
  if (!is_valid_utf8(reason))
    return bad_utf8;
  return close_frame{code, reason};
}

} // namespace

message_reader::message_reader(compression agreed) noexcept : agreed_(agreed) {}

message_reader::~message_reader() = default;
message_reader::message_reader(message_reader&&) noexcept = default;
message_reader& message_reader::operator=(message_reader&&) noexcept = default;

event message_reader::next(std::span<char>& input,
                           const message_limits& limits) {
  if (partial_ && (finished_ || partial_->is_idle()))
    partial_.reset(); // the event it was kept for has been consumed
  if (finished_) {
    input = {};
    return need_more{};
  }
  const auto found = next_event(input, limits);
  const auto violated = std::holds_alternative<violation>(found);
  if (violated)
    partial_.reset();
  finished_ = violated || std::holds_alternative<close_frame>(found);
  return found;
}

event message_reader::next_event(std::span<char>& input,
                                 const message_limits& limits) {
  do {
    const auto result = next_header(input, limits);
    if (const auto* broken = std::get_if<violation>(&result))
      return *broken;
    const auto* header = std::get_if<frame_header>(&result);
    if (header == nullptr)
      break;
    const auto found = is_control(header->type)
                         ? read_control(*header, input)
                         : read_data(*header, input, limits);
    if (found)
      return *found;
  } while (!input.empty());
  return need_more{};
}

std::size_t message_reader::buffered_bytes() const noexcept {
  if (!partial_)
    return 0;
  return sizeof(partial) + partial_->message.capacity()
         + partial_->inflated.capacity() + partial_->control.capacity();
}

message_reader::partial& message_reader::hold() {
  if (!partial_)
    partial_ = std::make_unique<partial>();
  return *partial_;
}

bool message_reader::resuming_frame() const noexcept {
  return partial_ && partial_->frame;
}

bool message_reader::in_message() const noexcept {
  return partial_ && partial_->message_type;
}

// The header of the frame under way, or of the next one.
frame_header_result message_reader::next_header(std::span<char>& input,
                                                const message_limits& limits) {
  if (resuming_frame())
    return *partial_->frame;
  auto result = take_header(input);
  if (const auto* header = std::get_if<frame_header>(&result)) {
    if (const auto broken = check_sequence(*header, limits))
      return *broken;
  }
  return result;
}

frame_header_result message_reader::take_header(std::span<char>& input) {
  if (!partial_ || partial_->header_bytes == 0) {
    auto result = decode_frame_header(input, agreed_ != compression::none);
    if (const auto* header = std::get_if<frame_header>(&result)) {
      input = input.subspan(header->header_bytes);
      return result;
    }
    if (input.empty() || std::holds_alternative<violation>(result))
      return result;
  }
  auto& held = hold();
  const auto room = std::span(held.header).subspan(held.header_bytes);
  const auto added = std::min(room.size(), input.size());
  std::copy_n(input.begin(), added, room.begin());
  auto result = decode_frame_header(
    std::span(held.header).first(held.header_bytes + added),
    agreed_ != compression::none);
  if (const auto* header = std::get_if<frame_header>(&result)) {
    input = input.subspan(
      static_cast<std::size_t>(header->header_bytes - held.header_bytes));
    held.header_bytes = 0;
  } else {
    input = input.subspan(added);
    held.header_bytes = static_cast<std::uint8_t>(held.header_bytes + added);
  }
  return result;
}

// The rules that hold between frames (RFC 6455 section 5.4) and the limit.
std::optional<violation>
message_reader::check_sequence(const frame_header& header,
                               const message_limits& limits) const {
  if (is_control(header.type))
    return std::nullopt;
  if (header.type == opcode::continuation && !in_message())
    return violation{close_code::protocol_error, "continuation of no message"};
  if (header.type != opcode::continuation && in_message()) {
    return violation{close_code::protocol_error,
                     "new message within a fragmented one"};
  }
  const auto held = in_message() ? partial_->message.size() : 0;
  const auto most = most_payload_bytes(
    limits, in_message() ? partial_->compressed : header.compressed);
  if (held > most || header.payload_bytes > most - held)
    return violation{close_code::message_too_big, "message too big"};
  return std::nullopt;
}

std::optional<event> message_reader::read_control(const frame_header& header,
                                                  std::span<char>& input) {
  const auto received = resuming_frame() ? partial_->frame_received : 0;
  const auto part = take_payload(input, header, received);
  const auto arrived = received + part.size();
  auto payload = view(part);
  if (received != 0 || arrived < header.payload_bytes) {
    auto& held = hold();
    if (received == 0)
      held.control.clear();
    append(held.control, part, max_control_payload_bytes);
    if (arrived < header.payload_bytes) {
      held.frame = header;
      held.frame_received = arrived;
      return std::nullopt;
    }
    payload = view(held.control);
  }
  if (partial_)
    partial_->frame.reset();
  switch (header.type) {
  case opcode::ping:
    return ping{payload};
  case opcode::pong:
    return pong{payload};
  default:
    return close_event(payload);
  }
}

std::optional<event> message_reader::read_data(const frame_header& header,
                                               std::span<char>& input,
                                               const message_limits& limits) {
  const auto received = resuming_frame() ? partial_->frame_received : 0;
  const auto part = take_payload(input, header, received);
  const auto arrived = received + part.size();
  const auto frame_complete = arrived == header.payload_bytes;
  // The whole message lies in the input: nothing is copied.
  if (received == 0 && frame_complete && header.final
      && header.type != opcode::continuation) {
    if (partial_) {
      partial_->frame.reset();
      partial_->message_type.reset();
    }
    if (header.compressed)
      return inflated(header.type, view(part), limits);
    if (header.type == opcode::text && !is_valid_utf8(view(part)))
      return bad_utf8;
    return data_event(header.type, view(part));
  }

  auto& held = hold();
  if (!held.message_type) {
    held.message_type = header.type;
    held.compressed = header.compressed;
  }
  const auto type = *held.message_type;
  const auto is_plain_text = type == opcode::text && !held.compressed;
  if (is_plain_text && !held.utf8.feed(view(part)))
    return bad_utf8;
  append(held.message, part, most_payload_bytes(limits, held.compressed));
  held.frame.reset();
  if (!frame_complete) {
    held.frame = header;
    held.frame_received = arrived;
    return std::nullopt;
  }
  if (!header.final)
    return std::nullopt;
  if (is_plain_text && !held.utf8.complete())
    return bad_utf8;
  held.message_type.reset();
  return held.compressed ? inflated(type, view(held.message), limits)
                         : data_event(type, view(held.message));
}

event message_reader::inflated(opcode type, std::string_view payload,
                               const message_limits& limits) {
  auto& message = hold().inflated;
  switch (
    inflater::of_thread().inflate(payload, limits.max_message_bytes, message)) {
  case inflater::outcome::too_big:
    return violation{close_code::message_too_big, "message too big"};
  case inflater::outcome::invalid:
    return violation{close_code::invalid_payload, "invalid compressed data"};
  case inflater::outcome::done:
    break;
  }
  if (type == opcode::text && !is_valid_utf8(view(message)))
    return bad_utf8;
  return data_event(type, view(message));
}

} // namespace thunderpush::websocket
