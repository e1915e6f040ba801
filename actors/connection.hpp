#pragma once

#include "actors/client_command.hpp"
#include "actors/client_link.hpp"
#include "actors/context.hpp"
#include "actors/flush_queue.hpp"
#include "actors/messages.hpp"
#include "actors/out_queue.hpp"
#include "actors/pinned_actor.hpp"
#include "actors/topic.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace thunderpush {

class hub;

/// One client: what it may do, who it is, what it is subscribed to and what
/// waits to be written to it. Transports reach their clients through it, each
/// behind a `client_link`.
class connection final : public pinned<connection, connection_interface>,
                         public flushable {
public:
  connection(caf::actor_config& config, thunderpush::home& where, hub& hub,
             const context& shared, std::unique_ptr<client_link> link);
  ~connection() override;

  std::string label() const override { return user_; }
  std::string_view state() const noexcept override;

  // For its hub.

  /// Lets the link begin.
  void start();

  app_id app() const noexcept { return app_; }
  const std::string& user() const noexcept { return user_; }

  using subscription_list = boost::container::small_vector<subscription, 1>;
  subscription_list& subscriptions() noexcept { return subscriptions_; }

  /// Queues a frame; the home writes it soon.
  void deliver(const frame_ptr& what);

  /// A channel has taken note of a join or leave.
  void settled();

  // For its link.

  /// A message of the client. False if the next may only come after
  /// `client_link::resume`: the commands of a client are done one after the
  /// other.
  bool receive(std::string_view message);

  /// Queues bytes that are the transport's own: a heartbeat, a pong, its last
  /// words.
  void send(std::string bytes);

  /// Ends it: at once for everybody else, for the client after what is queued.
  void close(const close_reason& why);

  /// The link may write again.
  void writable();

  /// The link is done for: the client is gone, or was told the reason.
  void link_lost();

  /// Runs `work` that the link was woken for. An exception ends this
  /// connection and nothing else.
  template <class Work>
  void run(Work&& work) {
    enter(std::forward<Work>(work));
  }

  void on(const attached& what);
  void on(const session_lost& what);

  // flushable
  void flush() override;
  void still_blocked() override;

private:
  enum class phase : std::uint8_t { anonymous, connecting, connected, closing };

  void carry_out(no_command) {}
  void carry_out(const connect_command& command);
  void carry_out(const subscribe_command& command);
  void carry_out(const unsubscribe_command& command);

  void push(frame_ptr what);
  void relieve();
  void close_slow();
  void detach_when_settled();
  void quit_when_done();

  void on_exit(const caf::error& reason) override;

  hub& hub_;
  const context& shared_;
  std::unique_ptr<client_link> link_;
  out_queue out_;
  std::string user_;
  subscription_list subscriptions_;
  std::uint32_t awaited_ = 0; // answers until the next command, or the end
  app_id app_{};
  phase phase_ = phase::anonymous;
  bool blocked_ = false;   // the socket is full
  bool attached_ = false;  // a session was told of it
  bool attaching_ = false; // and has not answered yet
  bool link_lost_ = false;
};

/// The connection behind an address. Its home's thread only.
connection& connection_at(const connection_ref& address) noexcept;

} // namespace thunderpush
