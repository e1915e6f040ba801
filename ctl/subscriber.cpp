#include "ctl/subscriber.hpp"

#include "config/loggable.hpp"
#include "ctl/http_client.hpp"
#include "ctl/json.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/websocket/error.hpp>

#include <utility>

namespace thunderpush::ctl {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

// The server pings; one that is silent for so long, and answers no ping of
// ours, is gone.
constexpr std::chrono::seconds idle_timeout{60};
constexpr std::size_t largest_message = std::size_t{64} << 20;

} // namespace

subscriber::subscriber(asio::io_context& io, listener peer,
                       std::chrono::milliseconds timeout, handlers on)
  : io_{io},
    peer_{std::move(peer)},
    timeout_{timeout},
    on_{std::move(on)},
    resolver_{io} {}

void subscriber::open(std::string_view user, std::string_view key,
                      std::span<const std::string> channels) {
  connect_command_.assign("CONNECT ").append(user).append(":").append(key);
  subscribe_command_ = "SUBSCRIBE ";
  for (const auto& channel : channels)
    subscribe_command_ += (&channel == channels.data() ? "" : ":") + channel;
  stream_.emplace(io_);
  buffer_.clear();
  resolver_.async_resolve(peer_.at.host, std::to_string(peer_.at.port),
                          [this](error_code error, const auto& found) {
                            if (error == asio::error::operation_aborted)
                              return;
                            if (peer_.secure)
                              end(secure_failure(peer_));
                            else
                              error ? end(connect_failure(peer_, error))
                                    : connect(found);
                          });
}

void subscriber::connect(const asio::ip::tcp::resolver::results_type& found) {
  auto& tcp = beast::get_lowest_layer(*stream_);
  tcp.expires_after(timeout_);
  tcp.async_connect(found, [this](error_code error, const auto&) {
    if (error == asio::error::operation_aborted)
      return;
    error ? end(connect_failure(peer_, error)) : shake_hands();
  });
}

void subscriber::shake_hands() {
  beast::get_lowest_layer(*stream_).expires_never();
  stream_->set_option(
    websocket::stream_base::timeout{timeout_, idle_timeout, true});
  stream_->read_message_max(largest_message);
  stream_->async_handshake(
    answer_, peer_.at.text(), "/connect/websocket", [this](error_code error) {
      if (error == asio::error::operation_aborted)
        return;
      if (!error) {
        send_connect();
      } else if (error == websocket::error::upgrade_declined) {
        end(failure{peer_.at.text() + " refused a WebSocket with status "
                    + std::to_string(answer_.result_int()) + ". "
                    + (answer_.result_int() == 503
                         ? "The server is full or about to end"
                         : std::string{peer_.advice()})});
      } else {
        end(exchange_failure(peer_, error));
      }
    });
}

void subscriber::send_connect() {
  stream_->async_write(asio::buffer(connect_command_),
                       [this](error_code error, std::size_t) {
                         if (error == asio::error::operation_aborted)
                           return;
                         error ? end(close_frame{}) : send_subscribe();
                       });
}

void subscriber::send_subscribe() {
  stream_->async_write(asio::buffer(subscribe_command_),
                       [this](error_code error, std::size_t) {
                         if (error == asio::error::operation_aborted)
                           return;
                         // Why it closes is read even if it closes already.
                         if (!error)
                           on_.opened();
                         read();
                       });
}

void subscriber::read() {
  stream_->async_read(buffer_, [this](error_code error, std::size_t) {
    if (error == asio::error::operation_aborted)
      return;
    if (error) {
      const auto& reason = stream_->reason();
      end(close_frame{error == websocket::error::closed ? reason.code : 0U,
                      one_line({reason.reason.data(), reason.reason.size()})});
      return;
    }
    const auto data = buffer_.cdata();
    on_.received({static_cast<const char*>(data.data()), data.size()});
    buffer_.consume(buffer_.size());
    read();
  });
}

void subscriber::end(const connection_end& how) {
  beast::get_lowest_layer(*stream_).close();
  on_.ended(how);
}

std::optional<envelope> read_envelope(std::string_view text) {
  // Without the checks of parse_json(): bench reads many, and prints none.
  json_document parsed;
  parsed.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (parsed.HasParseError() || !member(parsed, "payload").IsString())
    return std::nullopt;
  envelope result{text_of(parsed, "payload"), std::nullopt};
  if (member(parsed, "channel").IsString())
    result.channel = text_of(parsed, "channel");
  return result;
}

} // namespace thunderpush::ctl
