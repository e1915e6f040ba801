#pragma once

#include "tests/load/endpoint.hpp"
#include "tests/load/event_loop.hpp"
#include "tests/load/socket.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush::load {

struct frame_view;

/// How a connection came to its end without its owner ending it.
struct connection_end {
  /// What happened, for people.
  std::string reason;
  /// The code of the server's close frame, 0 if there was none.
  std::uint16_t code = 0;
};

/// What the owner of a websocket_client is told. The owner must not destroy
/// the client from inside these calls.
class websocket_events {
public:
  virtual void on_open() = 0;
  /// @param text lasts until the call returns
  virtual void on_text(std::string_view text) = 0;
  /// A ping is answered. Pings are only sent by send_ping.
  /// @param payload lasts until the call returns
  virtual void on_pong(std::string_view) {}
  /// The connection is gone. Not called after abandon or reset.
  virtual void on_end(const connection_end& end) = 0;

protected:
  ~websocket_events() = default;
};

/// One WebSocket connection (RFC 6455) that reads in place from the loop's
/// shared buffer; only an incomplete frame is kept between two reads. Pings
/// are answered. Whatever the protocol forbids to the server ends it.
class websocket_client final : event_handler {
public:
  websocket_client(event_loop& loop, websocket_events& events);

  websocket_client(const websocket_client&) = delete;
  websocket_client& operator=(const websocket_client&) = delete;

  /// The kernel is to take little of what is not read. Before it connects.
  void keep_buffers_small() { buffers_ = buffering::small; }

  /// Starts a connection; there must be none. on_open follows, or on_end.
  /// @param source which source address to use, see source_address
  void connect(const endpoint& server, std::uint64_t source,
               std::string_view path);

  /// As connect, but only the first half of the upgrade request is sent.
  void connect_halfway(const endpoint& server, std::uint64_t source,
                       std::string_view path);

  /// @name Sending. Without effect unless the connection is open.
  /// @{
  void send_text(std::string_view text);
  /// A message each, all in one write.
  void send_texts(std::span<const std::string> texts);
  /// The payload may have up to 125 bytes. on_pong follows.
  void send_ping(std::string_view payload);
  /// Sends a text frame without its last bytes.
  void send_part_of_text(std::string_view text);
  /// Starts the closing handshake; on_end follows when the server has
  /// answered and closed.
  void send_close();
  /// Sends FIN; on_end follows when the server has closed.
  void finish_sending();
  /// Nothing more is read, not even a ping.
  void stop_reading();
  /// @}

  /// @name Reading in rounds, for owners who want to be cheap for the server:
  /// it never wakes this program. Without effect unless the connection is open.
  /// @{
  /// From now on only `read_now` reads.
  void leave_loop();
  /// Reads what is there, up to the size of the loop's buffer.
  void read_now();
  /// @}

  /// Lets the kernel delay acknowledgements from now on, as it does in
  /// connections that have been used for a while.
  void delay_acknowledgements();

  /// Ends the connection at once, with FIN or, if something is unread, RST.
  void abandon();

  /// Ends the connection at once, with RST.
  void reset();

  /// There is a socket, whatever its state.
  bool connected() const { return static_cast<bool>(socket_); }

private:
  enum class phase { connecting, upgrading, open };

  void start(const endpoint& server, std::uint64_t source);
  void on_ready(std::uint32_t events) override;
  void flush();
  void receive();
  /// @returns what is left of `bytes`
  std::string_view consume(std::string_view bytes);
  std::string_view consume_upgrade(std::string_view bytes);
  void end(std::string reason);
  /// @returns false if the connection ended
  bool handle(const frame_view& frame);

  event_loop& loop_;
  websocket_events& events_;
  descriptor socket_;
  event_loop::registration registration_;
  event_loop::timer failure_;
  phase phase_ = phase::connecting;
  std::uint16_t close_code_ = 0;
  bool close_sent_ = false;
  bool reading_ = true;
  buffering buffers_ = buffering::usual;
  std::string unsent_;
  std::string incomplete_;
};

} // namespace thunderpush::load
