#include "ctl/http_client.hpp"

#include "config/value.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <utility>

namespace thunderpush::ctl {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr std::uint64_t largest_answer = std::uint64_t{256} << 20;

std::chrono::seconds retry_after(const http::fields& fields) {
  const std::string value{fields[http::field::retry_after]};
  constexpr std::uint64_t longest = 3600;
  return std::chrono::seconds{
    std::min(parse_number(value).value_or(0), longest)};
}

} // namespace

failure connect_failure(const listener& peer,
                        const boost::system::error_code& error) {
  const auto what
    = error == beast::error::timeout ? "No answer in time" : error.message();
  return {"cannot connect to " + peer.at.text() + ": " + what + ". "
          + std::string{peer.advice()}};
}

failure secure_failure(const listener& peer) {
  const auto option = peer.kind == listener_kind::front ? "--url" : "--admin";
  return {peer.at.text()
            + " speaks TLS, as it is configured, and thunderpush-ctl does not. "
              "Give "
            + option + " http://HOST:PORT of a listener without, on loopback",
          exit_code::usage};
}

failure exchange_failure(const listener& peer,
                         const boost::system::error_code& error) {
  if (error == beast::error::timeout) {
    return {peer.at.text()
            + " did not answer in time. Is the server overloaded? --timeout "
              "allows for more"};
  }
  if (error == http::error::end_of_stream || error == asio::error::eof
      || error == asio::error::connection_reset) {
    return {peer.at.text() + " closed the connection without an answer. "
            + std::string{peer.advice()}};
  }
  return {"what " + peer.at.text() + " answers cannot be understood: "
          + error.message() + ". " + std::string{peer.advice()}};
}

http_client::http_client(asio::io_context& io, listener peer,
                         std::chrono::milliseconds timeout)
  : resolver_{io}, stream_{io}, peer_{std::move(peer)}, timeout_{timeout} {}

void http_client::send(http_request request, handler done) {
  request_ = std::move(request);
  request_.set(http::field::host, peer_.at.text());
  request_.set(http::field::user_agent, "thunderpush-ctl/" THUNDERPUSH_VERSION);
  request_.prepare_payload();
  done_ = std::move(done);
  if (is_open_) {
    write();
    return;
  }
  resolver_.async_resolve(peer_.at.host, std::to_string(peer_.at.port),
                          [this](error_code error, const auto& found) {
                            if (error == asio::error::operation_aborted)
                              return;
                            if (peer_.secure)
                              fail(secure_failure(peer_));
                            else
                              error ? fail(connect_failure(peer_, error))
                                    : connect(found);
                          });
}

void http_client::connect(const asio::ip::tcp::resolver::results_type& found) {
  stream_.expires_after(timeout_);
  stream_.async_connect(found, [this](error_code error, const auto&) {
    if (error == asio::error::operation_aborted)
      return;
    if (error) {
      fail(connect_failure(peer_, error));
      return;
    }
    is_open_ = true;
    error_code ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
    write();
  });
}

void http_client::write() {
  stream_.expires_after(timeout_);
  http::async_write(stream_, request_, [this](error_code error, std::size_t) {
    if (error == asio::error::operation_aborted)
      return;
    // Who refuses a request early may have answered before all was sent.
    if (error == beast::error::timeout) {
      fail(exchange_failure(peer_, error));
    } else {
      read();
    }
  });
}

void http_client::read() {
  parser_.emplace();
  parser_->body_limit(largest_answer);
  http::async_read(stream_, buffer_, *parser_,
                   [this](error_code error, std::size_t) {
                     if (error == asio::error::operation_aborted)
                       return;
                     error ? fail(exchange_failure(peer_, error)) : answered();
                   });
}

void http_client::answered() {
  auto& message = parser_->get();
  http_answer answer{message.result_int(), std::move(message.body()),
                     retry_after(message)};
  if (message.keep_alive()) {
    stream_.expires_never();
  } else {
    is_open_ = false;
    stream_.close();
    buffer_.clear();
  }
  std::exchange(done_, {})(std::move(answer));
}

void http_client::fail(failure why) {
  is_open_ = false;
  stream_.close();
  buffer_.clear();
  std::exchange(done_, {})(std::move(why));
}

result<http_answer> exchange(const listener& peer,
                             std::chrono::milliseconds timeout,
                             http_request request) {
  asio::io_context io;
  http_client client{io, peer, timeout};
  result<http_answer> answer = failure{"no answer"};
  client.send(std::move(request), [&answer](result<http_answer> given) {
    answer = std::move(given);
  });
  io.run();
  return answer;
}

} // namespace thunderpush::ctl
