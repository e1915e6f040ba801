#pragma once

#include "tests/load/numbered_message.hpp"
#include "tests/load/websocket_client.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// Which of the server's two WebSocket URLs a client uses.
enum class transport { sockjs, raw };

class push_client;

/// What the owner of a push_client is told. The owner must not destroy the
/// client from inside these calls.
class push_client_events {
public:
  /// Commands may be sent.
  virtual void on_ready(push_client& client) = 0;
  /// @param what lasts until the call returns
  virtual void on_delivery(push_client& client, const delivery& what) = 0;
  /// The connection is gone. A close code that came in a SockJS frame stands
  /// in `end.code`.
  virtual void on_end(push_client& client, const connection_end& end) = 0;

protected:
  ~push_client_events() = default;
};

/// One client of the push server: commands out, numbered messages in.
class push_client final : websocket_events {
public:
  /// @param index how the owner knows this client
  push_client(event_loop& loop, push_client_events& owner, transport how,
              std::size_t index);

  push_client(const push_client&) = delete;
  push_client& operator=(const push_client&) = delete;

  std::size_t index() const { return index_; }

  /// Starts a connection; on_ready follows, or on_end.
  /// @param n a number of its own for each connection of the run
  void connect(const endpoint& server, std::uint64_t n);

  /// See websocket_client.
  void keep_buffers_small() { socket_.keep_buffers_small(); }
  void stop_reading() { socket_.stop_reading(); }

  /// Sends a command of characters that JSON does not escape.
  void command(std::string_view text);

  /// @name Ways to vanish
  /// @{
  /// on_end follows once the server has closed, too.
  void close() { socket_.send_close(); }
  /// FIN; on_end follows once the server has closed, too.
  void finish() { socket_.finish_sending(); }
  /// RST, at once.
  void reset() { socket_.reset(); }
  /// Whatever the kernel makes of a close, at once.
  void abandon() { socket_.abandon(); }
  /// Starts a connection and never sends the end of the upgrade request.
  void connect_halfway(const endpoint& server, std::uint64_t n);
  /// Sends a command without its end.
  void command_halfway(std::string_view text);
  /// @}

private:
  void on_open() override;
  void on_text(std::string_view text) override;
  void on_end(const connection_end& end) override;

  std::string path(std::uint64_t n) const;
  std::string framed(std::string_view command) const;
  void on_messages(std::string_view list);
  void on_close_frame(std::string_view frame);
  void fail(std::string_view problem, std::string_view text);

  push_client_events& owner_;
  transport transport_;
  std::size_t index_;
  bool opened_ = false;
  std::uint16_t close_code_ = 0;
  websocket_client socket_;
};

} // namespace thunderpush::load
