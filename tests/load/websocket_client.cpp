#include "tests/load/websocket_client.hpp"

#include "tests/load/http_response.hpp"
#include "tests/load/socket.hpp"
#include "tests/load/websocket_frame.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace thunderpush::load {

namespace {

// The pair of RFC 6455, section 1.3: no secret is in it, so every connection
// may use it and none needs a hash.
constexpr std::string_view nonce = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accepted_nonce = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string upgrade_request(const endpoint& server, std::string_view path) {
  std::string request;
  request.append("GET ").append(path).append(" HTTP/1.1\r\nHost: ");
  request.append(to_string(server));
  request.append("\r\nUpgrade: websocket\r\nConnection: Upgrade"
                 "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
  return request.append(nonce).append("\r\n\r\n");
}

std::string_view violation(const frame_view& frame) {
  if (frame.masked)
    return "a masked frame";
  if (frame.reserved_bits)
    return "a frame with reserved bits";
  if (!frame.final || frame.code == opcode::continuation)
    return "a fragmented message";
  if (frame.code == opcode::binary)
    return "a binary message";
  const bool control = static_cast<std::uint8_t>(frame.code) >= 0x8;
  if (control && frame.payload.size() > 125)
    return "a control frame longer than 125 bytes";
  if (frame.code != opcode::text && frame.code != opcode::close
      && frame.code != opcode::ping && frame.code != opcode::pong)
    return "a frame with an unknown opcode";
  return {};
}

} // namespace

websocket_client::websocket_client(event_loop& loop, websocket_events& events)
  : loop_(loop), events_(events) {}

void websocket_client::connect(const endpoint& server, std::uint64_t source,
                               std::string_view path) {
  unsent_ = upgrade_request(server, path);
  start(server, source);
}

void websocket_client::connect_halfway(const endpoint& server,
                                       std::uint64_t source,
                                       std::string_view path) {
  unsent_ = upgrade_request(server, path);
  unsent_.resize(unsent_.size() / 2);
  start(server, source);
}

void websocket_client::start(const endpoint& server, std::uint64_t source) {
  phase_ = phase::connecting;
  close_code_ = 0;
  close_sent_ = false;
  reading_ = true;
  incomplete_.clear();
  auto attempt = start_connection(server, source, buffers_);
  if (!attempt.socket) {
    failure_ = loop_.after({}, [this, error = attempt.error] {
      end("no connection: " + error.message());
    });
    return;
  }
  socket_ = std::move(attempt.socket);
  registration_ = loop_.watch(socket_, EPOLLOUT, *this);
}

void websocket_client::send_text(std::string_view text) {
  if (!socket_ || phase_ != phase::open)
    return;
  append_frame(unsent_, opcode::text, text);
  flush();
}

void websocket_client::send_texts(std::span<const std::string> texts) {
  if (!socket_ || phase_ != phase::open)
    return;
  for (const auto& each : texts)
    append_frame(unsent_, opcode::text, each);
  flush();
}

void websocket_client::send_ping(std::string_view payload) {
  if (!socket_ || phase_ != phase::open)
    return;
  append_frame(unsent_, opcode::ping, payload);
  flush();
}

void websocket_client::send_part_of_text(std::string_view text) {
  if (!socket_ || phase_ != phase::open)
    return;
  append_frame(unsent_, opcode::text, text);
  unsent_.resize(unsent_.size() - (text.size() + 1) / 2);
  flush();
}

void websocket_client::send_close() {
  if (!socket_ || phase_ != phase::open)
    return;
  constexpr std::string_view normal_closure = "\x03\xe8";
  append_frame(unsent_, opcode::close, normal_closure);
  close_sent_ = true;
  flush();
}

void websocket_client::finish_sending() {
  if (socket_ && phase_ == phase::open)
    load::finish_sending(socket_);
}

void websocket_client::stop_reading() {
  if (!socket_ || phase_ != phase::open)
    return;
  reading_ = false;
  registration_.cancel();
}

void websocket_client::leave_loop() {
  if (socket_ && phase_ == phase::open)
    registration_.cancel();
}

void websocket_client::read_now() {
  if (socket_ && phase_ == phase::open)
    receive();
}

void websocket_client::delay_acknowledgements() {
  if (socket_)
    load::delay_acknowledgements(socket_);
}

void websocket_client::abandon() {
  failure_.cancel();
  registration_.cancel();
  socket_.close();
  unsent_.clear();
  incomplete_ = {};
}

void websocket_client::reset() {
  registration_.cancel();
  if (socket_)
    close_with_reset(socket_);
  abandon();
}

void websocket_client::on_ready(std::uint32_t events) {
  if (phase_ == phase::connecting) {
    if (const auto error = pending_error(socket_)) {
      end("no connection: " + error.message());
      return;
    }
    phase_ = phase::upgrading;
    flush();
    return;
  }
  if ((events & EPOLLOUT) != 0)
    flush();
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
    receive();
}

void websocket_client::flush() {
  send_some(socket_, unsent_);
  registration_.expect(unsent_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void websocket_client::receive() {
  const auto buffer = loop_.receive_buffer();
  const auto kept = incomplete_.size();
  std::copy(incomplete_.begin(), incomplete_.end(), buffer.begin());
  const auto free = buffer.subspan(kept);
  const auto count = ::recv(socket_.number(), free.data(), free.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (count < 0) {
    end("connection lost: "
        + std::error_code{errno, std::system_category()}.message());
    return;
  }
  if (count == 0) {
    end(phase_ != phase::open ? "closed by the server before the upgrade"
        : close_code_ != 0    ? "closed by the server"
                              : "closed by the server without a close frame");
    return;
  }
  const auto left
    = consume({buffer.data(), kept + static_cast<std::size_t>(count)});
  if (left.size() == buffer.size())
    end("the server sent a frame larger than any message of the scenario");
  else if (socket_)
    incomplete_.assign(left);
}

std::string_view websocket_client::consume(std::string_view bytes) {
  if (phase_ == phase::upgrading)
    bytes = consume_upgrade(bytes);
  while (socket_ && reading_ && phase_ == phase::open) {
    const auto frame = parse_frame(bytes);
    if (!frame)
      break;
    bytes.remove_prefix(frame->size);
    if (!handle(*frame))
      break;
  }
  return socket_ ? bytes : std::string_view{};
}

std::string_view websocket_client::consume_upgrade(std::string_view bytes) {
  const auto head = parse_response_head(bytes);
  if (!head)
    return bytes;
  if (head->status != 101
      || head->field("Sec-WebSocket-Accept") != accepted_nonce) {
    end("the upgrade was refused: "
        + std::string{bytes.substr(0, bytes.find("\r\n"))});
    return {};
  }
  bytes.remove_prefix(head->size);
  phase_ = phase::open;
  events_.on_open();
  return bytes;
}

bool websocket_client::handle(const frame_view& frame) {
  if (const auto what = violation(frame); !what.empty()) {
    end("the server sent " + std::string{what});
    return false;
  }
  switch (frame.code) {
  case opcode::text:
    events_.on_text(frame.payload);
    break;
  case opcode::ping:
    append_frame(unsent_, opcode::pong, frame.payload);
    flush();
    break;
  case opcode::close:
    // No code at all is 1005, section 7.1.5.
    close_code_ = 1005;
    if (frame.payload.size() >= 2)
      close_code_ = static_cast<std::uint16_t>(
        static_cast<unsigned char>(frame.payload[0]) << 8
        | static_cast<unsigned char>(frame.payload[1]));
    if (!close_sent_) {
      append_frame(unsent_, opcode::close, frame.payload);
      close_sent_ = true;
      flush();
    }
    break;
  case opcode::pong:
    events_.on_pong(frame.payload);
    break;
  default:
    break;
  }
  return static_cast<bool>(socket_);
}

void websocket_client::end(std::string reason) {
  connection_end how{std::move(reason), close_code_};
  abandon();
  events_.on_end(how);
}

} // namespace thunderpush::load
