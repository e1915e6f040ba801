#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace thunderpush {

/// A WebSocket client that shares no code with the server's codec.
class beast_peer {
public:
  using stream = boost::beast::websocket::stream<boost::asio::ip::tcp::socket>;

  static constexpr const char* raw_path = "/connect/websocket";
  static constexpr const char* sockjs_path = "/connect/000/session/websocket";

  /// Connects. `offer_deflate` offers permessage-deflate (RFC 7692).
  beast_peer(std::uint16_t port, const char* path, bool offer_deflate = false);

  /// The handshake's answer had this field.
  bool was_answered(std::string_view field) const;

  void send(std::string_view text);

  /// The next text message; waits for it.
  std::string receive();

  /// Reads until the server closes; returns the code of its close frame.
  std::uint16_t close_code();

  stream& ws() noexcept { return stream_; }

private:
  boost::asio::io_context io_;
  stream stream_{io_};
  boost::beast::websocket::response_type answer_;
  boost::beast::flat_buffer buffer_;
};

/// One call of the REST API: the status and the body of its answer.
struct rest_answer {
  unsigned status = 0;
  std::string body;
};

/// `path` follows `/api/1.0.0/public/`.
rest_answer call_rest(std::uint16_t port, boost::beast::http::verb method,
                      const std::string& path, const std::string& body = {});

} // namespace thunderpush
