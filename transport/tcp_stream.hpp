#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace thunderpush {

/// The socket of one client: reads and writes never wait, and waiting never
/// holds a buffer. Lives on one home.
class tcp_stream {
public:
  using socket = boost::asio::ip::tcp::socket;

  enum class outcome : std::uint8_t {
    done,        ///< `bytes` were moved.
    would_block, ///< None could be moved now.
    lost,        ///< The peer has closed, or is gone.
  };

  struct result {
    outcome what;
    std::size_t bytes = 0;
  };

  /// Takes over a connected socket; turns Nagle's algorithm off.
  explicit tcp_stream(socket from);

  result read(std::span<char> into) noexcept;
  result write(std::string_view bytes) noexcept;

  /// Calls `then(error_code)` once there is something to read, or the end.
  template <class Then>
  void when_readable(Then&& then) {
    socket_.async_wait(socket::wait_read, std::forward<Then>(then));
  }

  /// Calls `then(error_code)` once there is room to write.
  template <class Then>
  void when_writable(Then&& then) {
    socket_.async_wait(socket::wait_write, std::forward<Then>(then));
  }

  /// The same socket on another event loop. Both waits end with an error, and
  /// nothing may be asked of this one any more.
  tcp_stream move_to(boost::asio::io_context& loop);

  /// Nothing more will be written: the peer sees the end of the stream.
  void shut_down_sending() noexcept;

  /// Both waits end with an error.
  void close() noexcept;

  bool is_open() const noexcept { return socket_.is_open(); }

private:
  socket socket_;
};

/// A buffer for what was just received, one for each thread: it is used and
/// left before the next socket is looked at.
std::span<char> receive_buffer() noexcept;

} // namespace thunderpush
