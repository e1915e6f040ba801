#pragma once

#include "transport/tls/context.hpp"
#include "transport/transfer.hpp"

#include <cstddef>
#include <openssl/types.h>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush::tls {

/// The TLS of one connection, between whoever uses it and its socket. Records
/// of one call leave with one system call; what the socket does not take of
/// them waits here, at most some 64 KiB. So what was encrypted once is never
/// asked for again, and counts as written. Nothing here waits; an idle session
/// holds no buffer. Lives on one home at a time.
class session {
public:
  /// `socket` does not block, and outlives the session. Throws
  /// `std::bad_alloc`.
  session(const context& with, int socket);
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session();

  /// As the server: until it is done nothing else is called. If it is lost,
  /// `last_failure` says why.
  transfer shake_hands() noexcept;

  transfer read(std::span<char> into) noexcept;

  /// Whether a read may move something before the socket has more input.
  bool may_have_more() const noexcept { return more_; }

  /// Moves all bytes, or as many as the socket takes.
  transfer write(std::string_view bytes) noexcept;

  /// Writes what waits. Would block if something is left.
  transfer flush() noexcept;

  /// Whether nothing waits.
  bool is_flushed() const noexcept { return pending_.empty(); }

  /// Tells the peer that nothing more will be written (close_notify), behind
  /// what waits. Reading goes on.
  void end() noexcept;

  bool has_ended() const noexcept { return ended_; }

private:
  friend struct socket_bio;

  bool leave() noexcept;
  transfer fail() noexcept;

  SSL* const native_;
  const int socket_;
  bool more_ = true;    // there may be input
  bool dry_ = false;    // the socket had less than was asked for
  bool broken_ = false; // nothing more can be said
  bool ended_ = false;
  std::string pending_; // encrypted
};

} // namespace thunderpush::tls
