#pragma once

#include "actors/actor_view.hpp"
#include "actors/reactor.hpp"
#include "config/ip_address.hpp"
#include "transport/tls/session.hpp"
#include "transport/transfer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace thunderpush {

/// Whoever uses a stream: told once for each time that it waits.
class stream_user {
public:
  /// There is something to read, or the end.
  virtual void readable() = 0;

  /// There is room to write.
  virtual void writable() = 0;

  /// The home ends: the stream is not waited for any more.
  virtual void dismissed() {}

protected:
  ~stream_user() = default;
};

/// The socket of one client, TCP or Unix: reads and writes never wait, and
/// waiting holds no buffer and costs no system call. May speak TLS: then what
/// is read and written is what it protects. Lives on one home.
class client_stream final : private reactor::watcher {
public:
  using outcome = transfer_outcome;
  using result = transfer;

  /// Takes over a connected socket that does not block. Any thread.
  explicit client_stream(int socket) noexcept;

  /// Only before it is used, or by who used it.
  client_stream(client_stream&& from) noexcept;
  client_stream& operator=(client_stream&&) = delete;
  ~client_stream();

  /// From now on it is `who` that uses it, on the thread of `where`, the same
  /// for its whole life. Throws `std::system_error` if the system has no more
  /// to give.
  void attend(reactor& where, stream_user& who);

  /// From now on it speaks TLS. Before anything is read or written. Throws
  /// `std::bad_alloc`.
  void secure(const tls::context& with);

  /// Of TLS; before it is done nothing is read or written. It waits for input
  /// if it would block.
  result shake_hands() noexcept;

  result read(std::span<char> into) noexcept;

  /// Reads without taking, and below TLS: the same bytes are read again.
  result peek(std::span<char> into) noexcept;

  result write(std::string_view bytes) noexcept;

  /// Takes so many of the bytes that `peek` has found, a receive buffer at
  /// most.
  void skip(std::size_t bytes) noexcept;

  /// Whether the peer has ended: nothing comes behind what can be read now.
  bool has_ended() const noexcept { return has_ended_; }

  /// Whether all that was written is with the system. If not, it will be, once
  /// there is room.
  bool is_flushed() const noexcept {
    return tls() == nullptr || tls()->is_flushed();
  }

  /// The user is told once there is something to read, or the end. What was
  /// peeked at without filling the buffer does not count.
  void wait_readable();

  /// The user is told once there is room to write.
  void wait_writable() noexcept { waits_to_write_ = true; }

  /// Nothing more will be written: the peer sees the end of the stream.
  void shut_down_sending() noexcept;

  /// Nobody is told anything any more.
  void close() noexcept;

  /// The same, for a peer that had its time: if it has left no room for what is
  /// still to be sent, that is dropped, and it sees a reset. Else the kernel
  /// would keep it for who hardly reads.
  void abandon() noexcept;

  /// Gives the client away: it may be attended elsewhere. This is closed then.
  client_stream detach() noexcept;

  bool is_open() const noexcept { return socket_ >= 0; }

  // Who the client is.

  /// A proxy that is believed has said whose connection it passes on; none if
  /// it does not know. Counts in place of what the socket says.
  void tell(const std::optional<ip_address>& client);

  /// Whether a proxy passes on what somebody says of whom it knows nothing.
  bool is_of_unknown_client() const noexcept {
    return extras_ != nullptr && extras_->told && !*extras_->told;
  }

  /// The address of the client: as it was told, or else the one at the other
  /// end; none of a Unix socket, or if it is not known any more. May ask the
  /// system.
  std::optional<ip_address> address() const;

  /// The client, for operators; none if its socket is not known any more. Asks
  /// the system: not for each message.
  std::optional<peer_view> peer() const;

private:
  // What few streams have.
  struct extras {
    // What a proxy has said of the client: its address, if it knew.
    std::optional<std::optional<ip_address>> told;
    std::unique_ptr<tls::session> tls;
  };

  tls::session* tls() const noexcept {
    return extras_ == nullptr ? nullptr : extras_->tls.get();
  }
  extras& more();
  const ip_address* told_address() const noexcept;
  void ready(reactor::readiness what) override;
  void dismissed() override;
  bool has_room() noexcept;
  void note_input(const result& got, bool more) noexcept;

  reactor* reactor_ = nullptr; // none: it is not attended yet
  stream_user* user_ = nullptr;
  reactor::handle handle_;
  int socket_;
  bool has_input_ = false; // as far as is known
  bool has_ended_ = false; // behind the input
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
  std::unique_ptr<extras> extras_;
};

/// A buffer for what was just received, one for each thread: it is used and
/// left before the next socket is looked at.
std::span<char> receive_buffer() noexcept;

} // namespace thunderpush
