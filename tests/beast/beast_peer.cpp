#include "tests/beast/beast_peer.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace thunderpush {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::asio::ip::tcp;

namespace {

tcp::endpoint at(std::uint16_t port) {
  return {boost::asio::ip::address_v4::loopback(), port};
}

} // namespace

beast_peer::beast_peer(std::uint16_t port, const char* path,
                       bool offer_deflate) {
  websocket::permessage_deflate deflate;
  deflate.client_enable = offer_deflate;
  stream_.set_option(deflate);
  stream_.next_layer().connect(at(port));
  stream_.handshake(answer_, "localhost", path);
}

bool beast_peer::was_answered(std::string_view field) const {
  return answer_.find(field) != answer_.end();
}

void beast_peer::send(std::string_view text) {
  stream_.text(true);
  stream_.write(boost::asio::buffer(text.data(), text.size()));
}

std::string beast_peer::receive() {
  stream_.read(buffer_);
  auto text = boost::beast::buffers_to_string(buffer_.data());
  buffer_.clear();
  return text;
}

std::uint16_t beast_peer::close_code() {
  boost::system::error_code closed;
  while (!closed) {
    stream_.read(buffer_, closed);
    buffer_.clear();
  }
  return stream_.reason().code;
}

rest_answer call_rest(std::uint16_t port, http::verb method,
                      const std::string& path, const std::string& body) {
  boost::asio::io_context io;
  tcp::socket socket{io};
  socket.connect(at(port));
  http::request<http::string_body> request{method, "/api/1.0.0/public/" + path,
                                           11, body};
  request.set(http::field::host, "localhost");
  request.set("X-Thunder-Secret-Key", "secret");
  request.prepare_payload();
  http::write(socket, request);
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  http::read(socket, buffer, answer);
  return {answer.result_int(), answer.body()};
}

} // namespace thunderpush
