#include "tools/benchmark/floor/server.hpp"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include "tools/benchmark/floor/accept_key.hpp"

namespace thunderpush::benchmark {

namespace {

constexpr std::uint32_t most_channels = 65'536;
constexpr std::size_t most_descriptors = 131'072;
constexpr std::size_t buffer_size = 128 * 1024;
constexpr std::size_t slice = 32;
constexpr int accepts_at_a_time = 64;

constexpr std::string_view answer
  = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    "Content-Length: 12\r\n\r\n{\"count\": 1}";

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::system_category(), what};
}

void enable(int socket, int level, int option) {
  const int on = 1;
  ::setsockopt(socket, level, option, &on, sizeof on);
}

/// A text frame, RFC 6455 section 5.2.
void write_frame(std::string& out, std::string_view payload) {
  const auto size = payload.size();
  out = '\x81';
  if (size < 126) {
    out += static_cast<char>(size);
  } else {
    const int bytes = size < 65'536 ? 2 : 8;
    out += static_cast<char>(bytes == 2 ? 126 : 127);
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      out += static_cast<char>(size >> shift & 0xff);
  }
  out += payload;
}

} // namespace

floor_server::floor_server(std::uint16_t port, delivery how)
  : how_(how),
    epoll_(::epoll_create1(EPOLL_CLOEXEC)),
    listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)),
    connections_(most_descriptors),
    channels_(most_channels),
    buffer_(buffer_size) {
  enable(listener_.number(), SOL_SOCKET, SO_REUSEADDR);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr int backlog = 4096;
  if (::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address),
             sizeof address)
        != 0
      || ::listen(listener_.number(), backlog) != 0)
    fail("listen");
  expect(listener_.number(), EPOLL_CTL_ADD, EPOLLIN);
}

void floor_server::run() {
  std::array<epoll_event, 512> ready{};
  for (;;) {
    const bool busy = how_ == delivery::sliced && !dirty_.empty();
    const int count
      = ::epoll_wait(epoll_.number(), ready.data(),
                     static_cast<int>(ready.size()), busy ? 0 : -1);
    for (int i = 0; i < count; ++i) {
      const auto& event = ready[static_cast<std::size_t>(i)];
      if (event.data.fd == listener_.number())
        accept_some();
      else
        serve(event.data.fd, event.events);
    }
    flush();
  }
}

void floor_server::accept_some() {
  for (int i = 0; i < accepts_at_a_time; ++i) {
    const int socket
      = ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0)
      return;
    enable(socket, IPPROTO_TCP, TCP_NODELAY);
    expect(socket, EPOLL_CTL_ADD, EPOLLIN);
  }
}

void floor_server::serve(int socket, std::uint32_t events) {
  if ((events & EPOLLOUT) != 0)
    send_rest(socket);
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    read(socket);
}

void floor_server::read(int socket) {
  auto& from = connections_[static_cast<std::size_t>(socket)];
  const auto kept = from.unread.size();
  from.unread.copy(buffer_.data(), kept);
  const auto count
    = ::recv(socket, buffer_.data() + kept, buffer_.size() - kept, 0);
  if (count < 0 && errno == EAGAIN)
    return;
  if (count <= 0) {
    drop(socket);
    return;
  }
  if (from.subscribed) // what subscribers say is ignored
    return;
  const std::string_view bytes{buffer_.data(),
                               kept + static_cast<std::size_t>(count)};
  const auto used = handle_all(socket, bytes);
  if (used == bytes.size() || from.subscribed)
    from.unread = {};
  else
    from.unread = bytes.substr(used);
}

std::size_t floor_server::handle_all(int socket, std::string_view bytes) {
  std::size_t used = 0;
  while (const auto what = read_request(bytes.substr(used))) {
    used += what->size;
    handle(socket, *what);
  }
  return used;
}

void floor_server::handle(int socket, const request& what) {
  if (what.what == request::kind::subscribe) {
    subscribe(socket, what);
    return;
  }
  if (what.what == request::kind::publish)
    publish(what);
  send(socket, answer);
}

void floor_server::subscribe(int socket, const request& what) {
  auto& who = connections_[static_cast<std::size_t>(socket)];
  who.subscribed = true;
  who.channel = what.channel % most_channels;
  auto& where = channels_[who.channel];
  who.position = static_cast<std::uint32_t>(where.subscribers.size());
  where.subscribers.push_back(socket);
  send(socket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
               "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                 + accept_key(what.key) + "\r\n\r\n");
}

void floor_server::publish(const request& what) {
  const std::uint32_t number = what.channel % most_channels;
  auto& where = channels_[number];
  write_frame(frame_, what.body);
  if (how_ == delivery::plain) {
    for (const auto socket : where.subscribers)
      send(socket, frame_);
    return;
  }
  if (where.subscribers.empty())
    return;
  if (where.log.empty()) {
    dirty_.push_back(number);
    where.next = 0;
    where.pass_end = where.log_begin + frame_.size();
  }
  where.log += frame_;
}

void floor_server::flush() {
  if (how_ == delivery::batch)
    flush_all();
  else if (how_ == delivery::sliced)
    flush_slice();
}

void floor_server::flush_all() {
  for (const auto number : std::exchange(dirty_, {})) {
    auto& where = channels_[number];
    for (const auto socket : where.subscribers)
      send(socket, where.log);
    where.log.clear();
  }
}

void floor_server::flush_slice() {
  std::size_t left = slice;
  for (std::size_t i = 0; i < dirty_.size() && left > 0;) {
    auto& where = channels_[dirty_[i]];
    const auto end = where.log_begin + where.log.size();
    left -= serve_slice(where, left);
    if (where.next < where.subscribers.size())
      return;
    // Everybody has what was there when this pass began.
    where.log.erase(0, where.pass_end - where.log_begin);
    where.log_begin = where.pass_end;
    where.pass_end = end;
    where.next = 0;
    if (where.log.empty()) {
      dirty_[i] = dirty_.back();
      dirty_.pop_back();
    }
  }
}

/// @returns how many were served
std::size_t floor_server::serve_slice(channel& where, std::size_t most) {
  const auto end = where.log_begin + where.log.size();
  std::size_t served = 0;
  for (; served < most && where.next < where.subscribers.size(); ++served) {
    const auto socket = where.subscribers[where.next++];
    auto& who = connections_[static_cast<std::size_t>(socket)];
    const auto from = std::max(who.cursor, where.log_begin);
    if (from < end)
      send(socket, std::string_view{where.log}.substr(from - where.log_begin));
    who.cursor = end;
  }
  return served;
}

void floor_server::send(int socket, std::string_view bytes) {
  auto& to = connections_[static_cast<std::size_t>(socket)];
  if (!to.unsent.empty()) {
    to.unsent += bytes;
    return;
  }
  const auto sent
    = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())
      || (sent < 0 && errno != EAGAIN)) // reading tells how it ended
    return;
  to.unsent = bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  expect(socket, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

void floor_server::send_rest(int socket) {
  auto& unsent = connections_[static_cast<std::size_t>(socket)].unsent;
  const auto sent
    = ::send(socket, unsent.data(), unsent.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent > 0)
    unsent.erase(0, static_cast<std::size_t>(sent));
  if (!unsent.empty())
    return;
  unsent = {};
  expect(socket, EPOLL_CTL_MOD, EPOLLIN);
}

void floor_server::expect(int socket, int operation, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = socket;
  if (::epoll_ctl(epoll_.number(), operation, socket, &event) != 0)
    fail("epoll_ctl");
}

void floor_server::drop(int socket) {
  auto& who = connections_[static_cast<std::size_t>(socket)];
  if (who.subscribed) {
    auto& subscribers = channels_[who.channel].subscribers;
    const auto last = subscribers.back();
    subscribers[who.position] = last;
    connections_[static_cast<std::size_t>(last)].position = who.position;
    subscribers.pop_back();
  }
  who = {};
  ::close(socket);
}

} // namespace thunderpush::benchmark
