#pragma once

#include "transport/websocket/close_code.hpp"
#include "transport/websocket/compression.hpp"
#include "transport/websocket/frame_header.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace thunderpush::websocket {

/// The input is used up; more bytes are needed for the next event.
struct need_more {};

/// A whole text message, valid UTF-8.
struct text_message {
  std::string_view payload;
};

/// A whole binary message.
struct binary_message {
  std::string_view payload;
};

/// To be answered with a pong of the same payload (RFC 6455 section 5.5.2).
struct ping {
  std::string_view payload;
};

/// The answer to a ping, or unsolicited (RFC 6455 section 5.5.3).
struct pong {
  std::string_view payload;
};

/// The peer closes (RFC 6455 section 5.5.1): to be answered with a close frame
/// if none was sent before. `reason` is valid UTF-8.
struct close_frame {
  std::optional<close_code> code;
  std::string_view reason;
};

/// What a reader found. Views point into the input or into the reader and are
/// valid until the next call of `next` or until the input is reused.
using event = std::variant<need_more, text_message, binary_message, ping, pong,
                           close_frame, violation>;

/// What readers of one listener share.
struct message_limits {
  /// The largest message of a client, over all its fragments and inflated, in
  /// bytes.
  std::size_t max_message_bytes = std::size_t{64} * 1024;
};

/// Reads the frames of one client (RFC 6455 sections 5 and 8.1), puts
/// fragmented messages together and inflates compressed ones (RFC 7692). A
/// frame that lies in the input as a whole is handed out without a copy, unless
/// it is compressed. What arrives in pieces moves into a buffer that grows with
/// the bytes that have arrived, never with what a header announces, and is
/// given back on the call after the event it ended in. Any thread, one at a
/// time.
class message_reader {
public:
  /// For a client with which this was agreed on.
  explicit message_reader(compression agreed = compression::none) noexcept;
  ~message_reader();
  message_reader(message_reader&&) noexcept;
  message_reader& operator=(message_reader&&) noexcept;
  message_reader(const message_reader&) = delete;
  message_reader& operator=(const message_reader&) = delete;

  /// The next event. Takes what it used off the front of `input`, whose bytes
  /// it unmasks in place. The caller may stop between two events and go on
  /// later with the rest of the input; after `need_more` there is no rest.
  ///
  /// Text is checked as it arrives, compressed text once its message is
  /// complete: it is inflated then, and never to more than the limit. After
  /// `close_frame` or `violation` everything else is discarded and only
  /// `need_more` follows.
  event next(std::span<char>& input, const message_limits& limits);

  /// What was agreed on with the client.
  compression agreed() const noexcept { return agreed_; }

  /// Memory held for a header, frame or message that has arrived in part, in
  /// bytes; 0 while the reader is idle.
  std::size_t buffered_bytes() const noexcept;

private:
  struct partial;

  event next_event(std::span<char>& input, const message_limits& limits);
  partial& hold();
  bool resuming_frame() const noexcept;
  bool in_message() const noexcept;
  frame_header_result next_header(std::span<char>& input,
                                  const message_limits& limits);
  frame_header_result take_header(std::span<char>& input);
  std::optional<violation> check_sequence(const frame_header& header,
                                          const message_limits& limits) const;
  std::optional<event> read_control(const frame_header& header,
                                    std::span<char>& input);
  std::optional<event> read_data(const frame_header& header,
                                 std::span<char>& input,
                                 const message_limits& limits);
  event inflated(opcode type, std::string_view payload,
                 const message_limits& limits);

  std::unique_ptr<partial> partial_; // only while something is incomplete
  bool finished_ = false;
  compression agreed_;
};

static_assert(sizeof(message_reader) <= 32,
              "every idle connection pays for its reader");

} // namespace thunderpush::websocket
