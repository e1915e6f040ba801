#pragma once

#include "actors/home.hpp"
#include "actors/http.hpp"
#include "actors/timer_wheel.hpp"
#include "transport/http/mount.hpp"
#include "transport/http/request_reader.hpp"
#include "transport/http/response_writer.hpp"
#include "transport/tcp_stream.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace thunderpush {

/// What the HTTP connections of a listener share.
struct http_settings {
  request_limits requests;
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds keep_alive_timeout{60'000};
  std::chrono::milliseconds write_timeout{10'000};
};

/// Whoever takes its time to answer, or answers in parts: told what becomes of
/// its client meanwhile. Called on the client's home, never within a call of
/// the one who answers.
class response_observer {
public:
  /// The client has taken what it was given. If that was the whole answer,
  /// nothing follows.
  virtual void drained() = 0;

  /// The client is gone; nothing follows.
  virtual void lost() = 0;

protected:
  ~response_observer() = default;
};

/// An HTTP/1.1 client: its requests are answered one after the other. Keeps
/// itself alive while it waits for its client.
class http_connection final
  : public http_responder,
    public std::enable_shared_from_this<http_connection>,
    private stream_user,
    private timer {
public:
  /// A socket that has been taken over, with what arrived behind the request.
  struct upgraded {
    tcp_stream stream;
    std::string early_bytes;
  };

  /// `offer` and `settings` outlive it.
  http_connection(home& where, tcp_stream stream, const site& offer,
                  const http_settings& settings);

  /// Begins to read. Home thread.
  void start();

  /// Answers the request that is being served.
  void respond(http_response response) override;

  // Answers that take their time.

  /// The answer comes later, or in parts: `who` hears of the client until the
  /// answer is complete or `abandon` was called. The request is not needed any
  /// more: its memory is given back.
  void hold(response_observer& who);

  /// Begins an answer of unknown length; its body is ignored. After `hold`.
  void begin(const http_response& head);

  /// Adds a part, as a chunk of its own. It is sent by `send`.
  void add(std::string_view part);

  /// Sends what was added. False if the client does not take all of it now:
  /// `drained` follows.
  bool send();

  /// Ends the answer after what was added, and sends it.
  void end();

  /// Whether the whole answer has been taken by the socket.
  bool is_answered() const noexcept;

  /// Nobody wants to hear of the client any more; it gets what was added.
  void let_go() noexcept;

  /// Breaks the answer off: the client sees that its connection is lost.
  void abandon();

  // Requests that are answered elsewhere.

  /// Gives the socket away instead of an answer.
  upgraded take_over();

  /// Has the request served, and the client live, on another home of the same
  /// listener. Only within `mount::serve`.
  void move_to(const site_branch& there);

private:
  enum class phase : std::uint8_t {
    reading,   // of a request
    serving,   // somebody is to answer
    streaming, // the answer goes out in parts
    writing,   // the rest of the answer, as the client takes it
    lingering, // nothing more is said: the client may finish its sentence
    closed,
  };

  void readable() override;
  void writable() override;
  void dismissed() override;
  void arrive();
  void take(std::span<const char> bytes);
  void proceed();
  void serve();
  void refuse(unsigned status, std::string_view reason);
  bool is_answering() const noexcept;
  response_writer writer();
  void finish();
  bool write();
  void drained();
  void written();
  void linger();
  void lose();
  void close();
  void set_deadline(read_state state);

  void expired() override;

  thunderpush::home& home_;
  std::shared_ptr<http_connection> self_; // unless somebody is to answer
  tcp_stream stream_;
  const site& site_;
  const http_settings& settings_;
  request_reader reader_;
  response_observer* observer_ = nullptr; // of an answer that takes its time
  std::string out_;
  std::size_t sent_ = 0; // of out_
  phase phase_ = phase::reading;
  read_state deadline_for_ = read_state::complete; // none
  std::uint8_t http_minor_ = 1; // of the request that is answered
  bool head_method_ = false;    // of the same
  bool keep_alive_ = true;      // once it is answered
  bool released_ = false;       // the reader has forgotten it already
  bool blocked_ = false;        // the client does not take it all
  bool proceeding_ = false;
};

} // namespace thunderpush
