#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/event_loop.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// What the owner of a tcp_connection is told. The owner must not destroy the
/// connection from inside these calls.
class tcp_events {
public:
  /// @param bytes last until the call returns
  virtual void on_bytes(std::string_view bytes) = 0;
  /// The server has closed.
  virtual void on_closed() = 0;
  /// There is no connection, or none any more. The owner closes it.
  virtual void on_broken(const std::string& reason) = 0;

protected:
  ~tcp_events() = default;
};

/// A connection to the server that is made when something is to be sent and
/// there is none.
class tcp_connection final : event_handler {
public:
  /// @param source which source address to use, see source_address
  tcp_connection(event_loop& loop, tcp_events& events, const endpoint& server,
                 std::uint64_t source);

  tcp_connection(const tcp_connection&) = delete;
  tcp_connection& operator=(const tcp_connection&) = delete;

  /// Sends, in place of what has not been sent yet. Nothing is told from inside
  /// this call.
  void send(std::string bytes);

  /// Closes at once; nothing more is told.
  void close();

  /// As close, with RST.
  void reset();

private:
  void on_ready(std::uint32_t events) override;
  void connect();
  void flush();
  void receive();

  event_loop& loop_;
  tcp_events& events_;
  endpoint server_;
  std::uint64_t source_;
  descriptor socket_;
  event_loop::registration registration_;
  event_loop::timer failure_;
  bool connecting_ = false;
  std::string unsent_;
};

} // namespace thunderpush::load
