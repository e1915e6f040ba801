#include "transport/client_stream.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace thunderpush {

namespace {

client_stream::result outcome_of(ssize_t moved) noexcept {
  if (moved >= 0)
    return {client_stream::outcome::done, static_cast<std::size_t>(moved)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    return {client_stream::outcome::would_block};
  return {client_stream::outcome::lost};
}

std::optional<std::string> address_of_peer(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::getpeername(socket, generic, &size) != 0)
    return std::nullopt;
  if (address.ss_family == AF_UNIX)
    return "unix"; // its clients have no names
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(generic, size, host.data(), host.size(), port.data(),
                    port.size(), NI_NUMERICHOST | NI_NUMERICSERV)
      != 0)
    return std::nullopt;
  const bool bracketed = address.ss_family == AF_INET6;
  return (bracketed ? "[" : "") + std::string{host.data()}
         + (bracketed ? "]:" : ":") + port.data();
}

std::optional<std::chrono::microseconds> round_trip_of(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
    return std::nullopt;
  return std::chrono::microseconds{info.tcpi_rtt};
}

} // namespace

client_stream::client_stream(int socket) noexcept : socket_(socket) {}

client_stream::client_stream(client_stream&& from) noexcept
  : reactor_(std::exchange(from.reactor_, nullptr)),
    user_(std::exchange(from.user_, nullptr)),
    handle_(from.handle_),
    socket_(std::exchange(from.socket_, -1)),
    has_input_(from.has_input_),
    has_ended_(from.has_ended_),
    extras_(std::move(from.extras_)) {
  if (reactor_ != nullptr)
    reactor_->hand_over(handle_, *this);
}

client_stream::~client_stream() {
  close();
}

void client_stream::attend(reactor& where, stream_user& who) {
  user_ = &who;
  if (reactor_ != nullptr)
    return;
  handle_ = where.add(socket_, *this);
  reactor_ = &where;
}

client_stream::extras& client_stream::more() {
  if (extras_ == nullptr)
    extras_ = std::make_unique<extras>();
  return *extras_;
}

const ip_address* client_stream::told_address() const noexcept {
  return extras_ != nullptr && extras_->told && *extras_->told
           ? &**extras_->told
           : nullptr;
}

void client_stream::tell(const std::optional<ip_address>& client) {
  more().told = client;
}

std::optional<ip_address> client_stream::address() const {
  if (const auto* told = told_address())
    return *told;
  sockaddr_storage found{};
  socklen_t size = sizeof found;
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&found), &size) != 0)
    return std::nullopt;
  if (found.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(found).sin6_addr;
    ip_address address;
    std::memcpy(address.bytes.data(), &v6, address.bytes.size());
    return address;
  }
  if (found.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(found).sin_addr;
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4, bytes.size());
    return ip_address::mapped(bytes);
  }
  return std::nullopt;
}

std::optional<peer_view> client_stream::peer() const {
  if (!is_open())
    return std::nullopt;
  auto address = address_of_peer(socket_);
  if (!address)
    return std::nullopt;
  if (const auto* told = told_address())
    address = told->text();
  return peer_view{std::move(*address), round_trip_of(socket_)};
}

// -- reading and writing ------------------------------------------------------

void client_stream::secure(const tls::context& with) {
  more().tls = std::make_unique<tls::session>(with, socket_);
}

client_stream::result client_stream::shake_hands() noexcept {
  const auto came = tls()->shake_hands();
  note_input(came, came.what != outcome::would_block);
  // OpenSSL may have taken more from the socket than the handshake.
  has_input_ = has_input_ || came.what == outcome::done;
  return came;
}

client_stream::result client_stream::read(std::span<char> into) noexcept {
  if (tls() != nullptr) {
    const auto got = tls()->read(into);
    note_input(got, tls()->may_have_more());
    return got;
  }
  const auto moved = ::recv(socket_, into.data(), into.size(), MSG_DONTWAIT);
  if (moved == 0)
    return {outcome::lost};
  const auto got = outcome_of(moved);
  note_input(got, got.bytes == into.size());
  return got;
}

client_stream::result client_stream::peek(std::span<char> into) noexcept {
  const auto moved
    = ::recv(socket_, into.data(), into.size(), MSG_DONTWAIT | MSG_PEEK);
  if (moved == 0)
    return {outcome::lost};
  const auto got = outcome_of(moved);
  note_input(got, got.bytes == into.size());
  return got;
}

void client_stream::skip(std::size_t bytes) noexcept {
  ::recv(socket_, receive_buffer().data(), bytes, MSG_DONTWAIT);
  has_input_ = true; // what is behind them may have been told of before
}

// What comes behind less than was asked for is told by the reactor, but for an
// end that was told before.
void client_stream::note_input(const result& got, bool more) noexcept {
  if (got.what != outcome::lost && !more && !has_ended_)
    has_input_ = false;
}

client_stream::result client_stream::write(std::string_view bytes) noexcept {
  if (tls() != nullptr)
    return tls()->write(bytes);
  return outcome_of(
    ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

// -- waiting ------------------------------------------------------------------

void client_stream::wait_readable() {
  if (!std::exchange(waits_to_read_, true) && has_input_)
    reactor_->again(handle_);
}

void client_stream::ready(reactor::readiness what) {
  has_input_ = has_input_ || what.input;
  has_ended_ = has_ended_ || what.end;
  const bool writes
    = what.output && has_room() && std::exchange(waits_to_write_, false);
  const bool reads = what.input && waits_to_read_;
  if (writes && reads)
    reactor_->again(handle_); // the first call may be the last of this
  if (writes) {
    user_->writable();
  } else if (reads) {
    waits_to_read_ = false;
    user_->readable();
  }
}

// Whether the user may write: not before what waits has left.
bool client_stream::has_room() noexcept {
  if (is_flushed())
    return true;
  if (tls()->flush().what == outcome::would_block)
    return false;
  if (tls()->has_ended())
    ::shutdown(socket_, SHUT_WR);
  return true;
}

void client_stream::dismissed() {
  reactor_ = nullptr;
  user_->dismissed();
}

// -- the end ------------------------------------------------------------------

void client_stream::shut_down_sending() noexcept {
  if (tls() != nullptr)
    tls()->end();
  if (is_flushed())
    ::shutdown(socket_, SHUT_WR);
}

void client_stream::close() noexcept {
  if (auto* where = std::exchange(reactor_, nullptr))
    where->forget(handle_);
  if (socket_ < 0)
    return;
  if (tls() != nullptr)
    tls()->end();
  extras_.reset();
  ::close(std::exchange(socket_, -1));
}

void client_stream::abandon() noexcept {
  int unsent = 0;
  if (::ioctl(socket_, SIOCOUTQNSD, &unsent) == 0 && unsent > 0) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  close();
}

client_stream client_stream::detach() noexcept {
  if (auto* where = std::exchange(reactor_, nullptr))
    where->remove(handle_, socket_);
  return std::move(*this);
}

std::span<char> receive_buffer() noexcept {
  thread_local std::array<char, std::size_t{64} * 1024> buffer;
  return buffer;
}

} // namespace thunderpush
