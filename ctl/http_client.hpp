#pragma once

#include "ctl/failure.hpp"
#include "ctl/target.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/verb.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace thunderpush::ctl {

using http_verb = boost::beast::http::verb;
using http_request
  = boost::beast::http::request<boost::beast::http::string_body>;

struct http_answer {
  unsigned status = 0;
  std::string body;
  std::chrono::seconds retry_after{0}; ///< 0 if the server did not say.
};

/// A connection to one listener that carries a request at a time and is kept
/// open between them. For one thread.
class http_client {
public:
  using handler = std::function<void(result<http_answer>)>;

  /// `timeout` is for connecting and for each answer.
  http_client(boost::asio::io_context& io, listener peer,
              std::chrono::milliseconds timeout);

  /// Sends and calls `done` later, unless this is gone by then. `done` may
  /// send the next request.
  void send(http_request request, handler done);

private:
  using error_code = boost::system::error_code;

  void connect(const boost::asio::ip::tcp::resolver::results_type& found);
  void write();
  void read();
  void answered();
  void fail(failure why);

  boost::asio::ip::tcp::resolver resolver_;
  boost::beast::tcp_stream stream_;
  listener peer_;
  std::chrono::milliseconds timeout_;
  boost::beast::flat_buffer buffer_;
  http_request request_;
  std::optional<
    boost::beast::http::response_parser<boost::beast::http::string_body>>
    parser_;
  handler done_;
  bool is_open_ = false;
};

/// One request on a connection of its own; waits for the answer.
result<http_answer> exchange(const listener& peer,
                             std::chrono::milliseconds timeout,
                             http_request request);

/// Why `peer` could not be reached.
failure connect_failure(const listener& peer,
                        const boost::system::error_code& error);

/// Why nothing is said to `peer`, which speaks TLS.
failure secure_failure(const listener& peer);

/// Why what was begun with `peer` did not come to its end.
failure exchange_failure(const listener& peer,
                         const boost::system::error_code& error);

} // namespace thunderpush::ctl
