#pragma once

#include "transport/http/connection.hpp"
#include "transport/sockjs/answer_headers.hpp"
#include "transport/sockjs/http_transport.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::sockjs {

/// A request that receives, and its answer: frames go out through it until it
/// is full or its client is gone. Lives on one home.
class receiver final : private response_observer {
public:
  /// Whoever sends through it. Called as a `response_observer` is; may destroy
  /// the receiver.
  class holder {
  public:
    /// The client has taken all that was sent.
    virtual void receiver_drained() = 0;

    /// The client is gone.
    virtual void receiver_lost() = 0;

  protected:
    ~holder() = default;
  };

  /// Begins the answer. `limit`: bytes of frames after which a streamed answer
  /// ends. The request of `client` is dead afterwards.
  receiver(const http_transport& how, answer_headers headers,
           std::string callback, std::shared_ptr<http_connection> client,
           std::size_t limit);
  receiver(const receiver&) = delete;
  receiver& operator=(const receiver&) = delete;

  /// An answer that is not finished is broken off.
  ~receiver();

  void attend(holder& who) noexcept { holder_ = &who; }

  const http_transport& transport() const noexcept { return how_; }

  /// The other end of its socket; none if that is gone.
  std::optional<peer_view> peer() const { return client_->peer(); }

  /// Whether a frame may be sent now: what was sent before is gone, and the
  /// answer is not full.
  bool takes_frames() const noexcept { return !waiting_ && !finished_; }

  /// Adds a frame to the answer.
  void add(std::string_view frame);

  /// Whether the answer has as many frames as it may.
  bool is_full() const noexcept;

  /// Sends what was added.
  void send();

  /// Ends the answer after what was added.
  void finish();

  /// Whether all of a finished answer has been taken.
  bool is_done() const noexcept { return finished_ && client_->is_answered(); }

private:
  void drained() override;
  void lost() override;

  const http_transport& how_;
  const answer_headers headers_;
  const std::string callback_;
  const std::shared_ptr<http_connection> client_;
  holder* holder_ = nullptr;
  std::string body_; // of an answer of one frame
  std::size_t sent_ = 0;
  const std::size_t limit_;
  bool waiting_ = false; // for the client to take what was sent
  bool finished_ = false;
};

} // namespace thunderpush::sockjs
