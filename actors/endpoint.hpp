#pragma once

#include "actors/client_link.hpp"
#include "actors/flush_queue.hpp"
#include "actors/out_queue.hpp"
#include "actors/pinned_actor.hpp"
#include "actors/rate_limit.hpp"
#include "actors/visitor.hpp"
#include "config/settings.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace thunderpush {

/// The server's end of one client, whatever is spoken with it: the link that
/// reaches the client, what waits to be written to it, and what becomes of a
/// client that is too slow. A transport talks to its client through it, and it
/// to the transport through a `client_link`. What the client's messages mean is
/// for the actor that derives from it.
class endpoint : public pinned_actor, public flushable {
public:
  ~endpoint() override;

  // For who made it.

  /// Lets the link begin.
  void start();

  /// Queues a frame; the home writes it soon.
  void deliver(const frame_ptr& what);

  /// Queues frames as its turn has come: what the link takes is written at
  /// once.
  void deliver_now(std::span<const frame_ptr> what);

  /// Its turn comes soon, and it has been fetched from memory itself
  /// (`prefetch`): so is its link.
  void prefetch_link() const noexcept {
    constexpr std::size_t what_writes = 128;
    const auto* const there = reinterpret_cast<const char*>(link_.get());
    thunderpush::prefetch<what_writes>(there);
    thunderpush::prefetch<1>(there + what_writes - 1); // it begins anywhere
  }

  // For its link.

  /// A message of the client. False if the next may only come after
  /// `client_link::resume`, or not at all as it is closing.
  bool receive(std::string_view message);

  /// Queues bytes that are the transport's own: a heartbeat, a pong, its last
  /// words.
  void send(std::string bytes);

  /// A further request of the client has come from a page of this origin.
  virtual void seen_from(std::string_view) {}

  /// Ends it: at once for everybody else, for the client after what is queued.
  void close(const close_reason& why);

  /// The link may write again.
  void writable();

  /// The link is done for: the client is gone, or was told the reason.
  void link_lost();

  /// Runs `work` that the link was woken for. An exception ends this endpoint
  /// and nothing else.
  template <class Work>
  void run(Work&& work) {
    enter(std::forward<Work>(work));
  }

  /// Whether what was delivered last waits, as the link takes no more for now.
  bool keeps_waiting() const noexcept { return is_slow(); }

  // For `pauses`.

  /// The client may say more again.
  void pause_over();

  // For operators.

  std::uint64_t figure(actor_order by) const override;

  // flushable
  void flush() override;
  void still_blocked() override;
  std::size_t waiting_bytes() const noexcept override {
    return closing_ ? 0 : out_.bytes();
  }
  void shed() override;

protected:
  /// `limits` outlives it. `place` is given back when it ends.
  endpoint(caf::actor_config& config, thunderpush::home& where,
           const limit_settings& limits, std::unique_ptr<client_link> link,
           admission::place place = {});

  /// How its link writes publications.
  const framing& frames_as() const noexcept { return out_.frames_as(); }

  bool is_closing() const noexcept { return closing_; }
  bool is_blocked() const noexcept { return blocked_; }

  const client_link* link() const noexcept { return link_.get(); }

  /// What it holds, as far as is known here.
  connection_view figures() const;

  /// Bytes on the heap that are its own.
  std::size_t heap() const noexcept;

  /// What it got has been dealt with: the next message may come.
  void resume_link();

  /// Ends the actor once nothing depends on it any more.
  void quit_when_done();

  bool is_slow() const noexcept override {
    return blocked_ && !closing_ && !out_.empty();
  }
  void on_exit(const caf::error& reason) override;

private:
  /// See `receive`.
  virtual bool handle(std::string_view message) = 0;

  /// The client may be spoken to.
  virtual void opened() {}

  /// It is about to close: what was published before is to be delivered.
  virtual void catch_up() {}

  /// It is closing: whoever knows it must learn that it has gone. Once.
  virtual void leave() {}

  /// Whether everybody has let go of it, once it is closing.
  virtual bool is_settled() const noexcept { return true; }

  void note_delivery(const frame& what);
  void queue(frame_ptr what);
  void push(frame_ptr what);
  void pause(rate_limit::duration length);
  void end_pause() noexcept;
  void write();
  void note_written(std::size_t bytes, std::size_t frames);
  void note_departure(const close_reason& why);
  void set_blocked(bool blocked);
  void note_dropped(std::size_t bytes_before, out_queue::dropped what);
  void drop_queue();
  void begin_closing(const close_reason& why);
  std::chrono::milliseconds queue_age() const;
  void conflate(const frame& with);
  void relieve();
  void close_slow(std::string_view why);

  // What a delivery needs stands close together: see `flushable::prefetch`.
  const limit_settings& limits_;
  std::unique_ptr<client_link> link_;
  out_queue out_;
  std::uint64_t bytes_out_ = 0;
  std::uint32_t dropped_ = 0; // messages
  bool blocked_ : 1 = false;  // the link takes no more for now
  bool closing_ : 1 = false;
  bool link_lost_ : 1 = false;
  bool busy_ : 1 = false;   // with a message: the next may not come yet
  bool paused_ : 1 = false; // the client has said too much
  std::uint64_t bytes_in_ = 0;
  admission::place place_;
  rate_limit messages_; // of the client
};

/// Makes endpoints for clients that have connected: the port through which a
/// transport brings them to its home. Lives on one home.
class endpoint_factory {
public:
  virtual ~endpoint_factory() = default;

  /// Whether it matters for the next where a client connects from.
  virtual bool asks_for_address() const noexcept { return false; }

  /// Takes a place for a client that is about to connect from there, which goes
  /// into its `visitor`; or says why there is none.
  virtual admission::verdict admit(const std::optional<ip_address>&) {
    return admission::place{};
  }

  /// Makes an endpoint that owns `link`, and lets it begin.
  virtual endpoint& open(std::unique_ptr<client_link> link, visitor who) = 0;
};

} // namespace thunderpush
