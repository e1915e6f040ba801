#include "transport/tcp_stream.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace thunderpush {

namespace {

tcp_stream::result outcome_of(ssize_t moved) noexcept {
  if (moved >= 0)
    return {tcp_stream::outcome::done, static_cast<std::size_t>(moved)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    return {tcp_stream::outcome::would_block};
  return {tcp_stream::outcome::lost};
}

} // namespace

tcp_stream::tcp_stream(socket from) : socket_(std::move(from)) {
  boost::system::error_code ignored; // a socket that failed says so when used
  socket_.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
}

tcp_stream::result tcp_stream::read(std::span<char> into) noexcept {
  const auto moved
    = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  if (moved == 0)
    return {outcome::lost};
  return outcome_of(moved);
}

tcp_stream::result tcp_stream::write(std::string_view bytes) noexcept {
  return outcome_of(::send(socket_.native_handle(), bytes.data(), bytes.size(),
                           MSG_DONTWAIT | MSG_NOSIGNAL));
}

// A connected socket's protocol does not matter to what is done with it.
tcp_stream tcp_stream::move_to(boost::asio::io_context& loop) {
  return tcp_stream{
    socket{loop, boost::asio::ip::tcp::v4(), socket_.release()}};
}

void tcp_stream::shut_down_sending() noexcept {
  boost::system::error_code ignored;
  socket_.shutdown(socket::shutdown_send, ignored);
}

void tcp_stream::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

std::span<char> receive_buffer() noexcept {
  thread_local std::array<char, std::size_t{64} * 1024> buffer;
  return buffer;
}

} // namespace thunderpush
