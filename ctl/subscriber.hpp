#pragma once

#include "ctl/failure.hpp"
#include "ctl/target.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush::ctl {

/// How the server ended a connection.
struct close_frame {
  unsigned code = 0; ///< 0: the connection was lost without a close frame.
  std::string reason;
};

/// A close frame, or why there was no connection at all.
using connection_end = std::variant<close_frame, failure>;

/// A client on a raw WebSocket that subscribes to channels. For one thread; its
/// handlers are not called any more once it is gone.
class subscriber {
public:
  struct handlers {
    /// All commands have been sent. The server does not answer them.
    std::function<void()> opened;
    /// An envelope has come.
    std::function<void(std::string_view)> received;
    /// It is over; `open` may be called again.
    std::function<void(const connection_end&)> ended;
  };

  /// `timeout` is for connecting.
  subscriber(boost::asio::io_context& io, listener peer,
             std::chrono::milliseconds timeout, handlers on);

  /// Connects as `user` of the application with this key.
  void open(std::string_view user, std::string_view key,
            std::span<const std::string> channels);

private:
  using stream
    = boost::beast::websocket::stream<boost::beast::tcp_stream, false>;
  using error_code = boost::system::error_code;

  void connect(const boost::asio::ip::tcp::resolver::results_type& found);
  void shake_hands();
  void send_connect();
  void send_subscribe();
  void read();
  void end(const connection_end& how);

  boost::asio::io_context& io_;
  listener peer_;
  std::chrono::milliseconds timeout_;
  handlers on_;
  boost::asio::ip::tcp::resolver resolver_;
  std::optional<stream> stream_; // one a connection
  boost::beast::websocket::response_type answer_;
  boost::beast::flat_buffer buffer_;
  std::string connect_command_;
  std::string subscribe_command_;
};

/// A message as the server sends it to clients.
struct envelope {
  std::string payload;                ///< The JSON text that was published.
  std::optional<std::string> channel; ///< Nothing if it is for the user.
};

/// Nothing if `text` is no envelope.
std::optional<envelope> read_envelope(std::string_view text);

} // namespace thunderpush::ctl
