#pragma once

#include "actors/admission.hpp"
#include "actors/home.hpp"
#include "actors/http.hpp"
#include "actors/timer_wheel.hpp"
#include "transport/client_stream.hpp"
#include "transport/http/mount.hpp"
#include "transport/http/request_reader.hpp"
#include "transport/http/response_writer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace thunderpush {

/// What the HTTP connections of a listener share.
struct http_settings {
  request_limits requests;
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds keep_alive_timeout{60'000};
  std::chrono::milliseconds write_timeout{10'000};
  /// For all that comes before the first request.
  std::chrono::milliseconds handshake_timeout{5'000};
  /// Whose word on a client's address is taken, besides that of the other end
  /// of a Unix socket; none: nobody's.
  std::optional<std::vector<ip_network>> trusted_proxies{};
  /// Who may make requests, and how large; null: everybody. Outlives all.
  admission* door = nullptr;
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
    client_stream stream;
    std::string early_bytes;
  };

  /// `offer` and `settings` outlive it.
  http_connection(home& where, client_stream stream, const site& offer,
                  const http_settings& settings);

  /// Begins to read. Home thread.
  void start();

  std::string client() const override;

  /// Answers the request that is being served.
  void respond(http_response response) override;

  // Answers that take their time.

  void hold(response_observer& who) override;
  void begin(const http_response& head) override;
  void add(std::string_view part) override;
  bool send() override;
  void end() override;

  /// The address of the client whose request is being served, behind proxies
  /// that are trusted; none if it has none.
  std::optional<ip_address> address() const;

  /// The same client, for operators; none if its socket is gone.
  std::optional<peer_view> peer() const;

  /// Whether the whole answer has been taken by the socket.
  bool is_answered() const noexcept;

  void let_go() noexcept override;

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
  void receive();
  void count_memory() noexcept;
  void arrive();
  void take(std::span<const char> bytes);
  void proceed();
  void serve();
  void find_client(const http_request& request);
  bool may_ask(const http_request& request);
  bool is_short_of_memory() const noexcept;
  void refuse(unsigned status, std::string_view reason);
  void log_outcome(std::string_view outcome) const;
  bool is_answering() const noexcept;
  response_writer writer();
  void finish();
  bool write();
  void release_buffer() noexcept;
  void drained();
  void written();
  void linger();
  void lose();
  void close();
  void set_deadline(read_state state);

  void expired() override;

  thunderpush::home& home_;
  std::shared_ptr<http_connection> self_; // unless somebody is to answer
  client_stream stream_;
  const site& site_;
  const http_settings& settings_;
  request_reader reader_;
  // Whose request it is; null: the socket knows.
  std::unique_ptr<const ip_address> client_;
  response_observer* observer_ = nullptr; // of an answer that takes its time
  memory_share arrived_;                  // of a request, and behind it
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
