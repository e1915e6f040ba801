#pragma once

#include "actors/client_link.hpp"
#include "actors/home.hpp"
#include "actors/timer_wheel.hpp"
#include "transport/client_stream.hpp"
#include "transport/websocket/dialect.hpp"
#include "transport/websocket/handshake.hpp"
#include "transport/websocket/message_reader.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::websocket {

/// What the links of a listener share.
struct link_settings {
  message_limits messages;
  compression_policy compression = compression_policy::off;
  std::chrono::milliseconds heartbeat{25'000}; ///< Between two pings.
  std::chrono::milliseconds pong_timeout{10'000};
  /// How long a client may take to answer a close frame.
  std::chrono::milliseconds close_timeout{5'000};
};

/// A WebSocket: the client's end of an endpoint (RFC 6455).
class link final : public client_link, private stream_user, private timer {
public:
  /// A handshake as it was accepted: what the client gets for an answer, what
  /// it had sent behind its request, what was agreed on, and what it has said
  /// by the request itself.
  struct handshake {
    std::string answer;
    std::string early_bytes;
    compression agreed = compression::none;
    /// Is taken as if the client had sent it; may be empty.
    std::string first_message{};
  };

  /// `speech` and `settings` outlive the link.
  link(client_stream stream, const dialect& speech,
       const link_settings& settings, handshake opening);
  ~link() override;

  const framing& frames() const noexcept override {
    return speech_.frames(reader_.agreed());
  }
  std::string_view transport() const noexcept override {
    return speech_.name();
  }
  std::optional<peer_view> peer() const override { return stream_.peer(); }
  void start(endpoint& owner) override;
  flush_result flush(out_queue& queue) override;
  void resume() override;
  void close(const close_reason& why) override;

private:
  // What has arrived and waits for the connection to be ready for it.
  struct backlog {
    explicit backlog(memory_use& of) : counted(of) {}

    // What it holds is counted from now on.
    void count();

    std::vector<std::string> messages;
    std::string bytes;
    memory_share counted;
  };

  // Counts what the reader holds of a message, when this ends.
  class reader_count;

  thunderpush::home& home() const noexcept; // of its owner, once it has one
  void wait_readable();
  void read();
  void pump(std::span<char> input);
  void hand_over(std::vector<std::string> messages);
  void say_farewell(std::string frames);
  void fail(close_code code, std::string_view why);
  void finish();
  backlog& waiting();

  void on(need_more) {}
  void on(const text_message& message);
  void on(const binary_message& message);
  void on(const ping& message);
  void on(const pong&) {}
  void on(const close_frame& message);
  void on(const violation& broken);

  void readable() override;
  void writable() override;
  void expired() override;

  endpoint* owner_ = nullptr;
  const dialect& speech_;
  const link_settings& settings_;
  // What writing needs stands close together: see `endpoint::prefetch_link`.
  bool paused_ = false;  // the connection is not ready for a message
  bool pumping_ = false; // input is being handled further up the stack
  bool awaiting_pong_ = false;
  bool closing_ = false;     // a close frame is queued or sent
  bool told_ = false;        // it is sent: the client knows why
  bool peer_closed_ = false; // a close frame was received
  bool failed_ = false;      // the client broke the protocol
  bool lost_ = false;
  client_stream stream_;
  message_reader reader_;
  std::unique_ptr<backlog> backlog_;
  std::unique_ptr<handshake> opening_; // until `start`
};

} // namespace thunderpush::websocket
