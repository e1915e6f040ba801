#pragma once

#include "actors/client_link.hpp"
#include "actors/endpoint.hpp"
#include "actors/home.hpp"
#include "actors/timer_wheel.hpp"
#include "transport/sockjs/answer_headers.hpp"
#include "transport/sockjs/receiver.hpp"
#include "transport/sockjs/session_table.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::sockjs {

/// What the sessions of a service share.
struct session_settings {
  std::chrono::milliseconds heartbeat{25'000};
  /// How long a client may be without a receiver.
  std::chrono::milliseconds disconnect_delay{5'000};
};

/// A send request whose messages are on their way to the application.
struct send_request {
  std::vector<std::string> messages;
  std::size_t next = 0; ///< The first of them that has not been handed over.
  answer_headers headers;
  bool is_jsonp = false;
  std::shared_ptr<http_connection> client;
  memory_share counted; ///< The messages.

  /// All is well.
  void accept() const;
};

/// A SockJS session over HTTP: the client's end of an endpoint. What is for the
/// client waits in the endpoint's queue until a receiver is attached.
class session final : public client_link,
                      private timer,
                      private receiver::holder {
public:
  /// `settings` outlives it. `first`: the transport of its first receiver.
  session(home& where, std::shared_ptr<session_table> table, std::string id,
          const session_settings& settings, const http_transport& first);
  ~session() override;

  // For the service.

  /// The client receives. If it does already, the new receiver is turned away.
  void attach(std::unique_ptr<receiver> who);

  /// A page of this origin sends; empty: none is known.
  void seen_from(std::string_view origin) { owner_->seen_from(origin); }

  /// The client sends. The answer tells that the application has got it.
  void take(send_request what);

  // client_link

  const framing& frames() const noexcept override;
  std::string_view transport() const noexcept override {
    return to_string(transport_);
  }
  std::optional<peer_view> peer() const override;
  void start(endpoint& owner) override;
  flush_result flush(out_queue& queue) override;
  void resume() override;
  void close(const close_reason& why) override;

private:
  void hand_over();
  void detach();
  void bury(const close_reason& why);
  void finish();

  void receiver_drained() override;
  void receiver_lost() override;
  void expired() override;

  home& home_;
  endpoint* owner_ = nullptr;
  const session_settings& settings_;
  const std::shared_ptr<session_table> table_;
  const std::string id_;
  std::unique_ptr<receiver> receiver_;
  std::vector<send_request> sends_; // in order of arrival
  close_reason why_;                // it is closing
  sockjs_transport transport_;
  bool paused_ = false;  // the application is not ready for a message
  bool closing_ = false; // the close frame is the last in the queue
  bool lost_ = false;
};

} // namespace thunderpush::sockjs
