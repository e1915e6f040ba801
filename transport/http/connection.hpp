#pragma once

#include "actors/home.hpp"
#include "actors/http.hpp"
#include "actors/timer_wheel.hpp"
#include "transport/http/mount.hpp"
#include "transport/http/request_reader.hpp"
#include "transport/http/response_writer.hpp"
#include "transport/tcp_stream.hpp"

#include <chrono>
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

/// An HTTP/1.1 client: its requests are answered one after the other. Keeps
/// itself alive while it waits for the socket or for an answer.
class http_connection final
  : public http_responder,
    public std::enable_shared_from_this<http_connection>,
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

  /// Gives the socket away instead of an answer.
  upgraded take_over();

private:
  enum class phase : std::uint8_t {
    reading,   // of a request
    serving,   // somebody is to answer
    writing,   // the answer, as the client takes it
    lingering, // nothing more is said: the client may finish its sentence
    closed,
  };

  void wait_readable();
  void readable();
  void take(std::span<const char> bytes);
  void proceed();
  void serve();
  void refuse(unsigned status, std::string_view reason);
  void write();
  void written();
  void linger();
  void close();
  void set_deadline(read_state state);

  void expired() override;

  thunderpush::home& home_;
  tcp_stream stream_;
  const site& site_;
  const http_settings& settings_;
  request_reader reader_;
  std::string out_;
  std::size_t sent_ = 0; // of out_
  phase phase_ = phase::reading;
  read_state deadline_for_ = read_state::complete; // none
  bool proceeding_ = false;
  bool keep_alive_ = true;
};

} // namespace thunderpush
