#include "transport/listening_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace thunderpush {

namespace {

// Clients that may wait to be accepted.
constexpr int backlog = 4096;

// What the kernel takes of a client's bytes before it can send them. Else it
// takes megabytes for each that does not read, and nobody counts them.
constexpr int most_unsent = 64 * 1024;

// Clients speak first. The kernel keeps one that has not for so long, and then
// hands it out all the same. Those that speak can be read as soon as they are
// accepted, without waiting for them: a wake-up and a system call less for each
// (tcp(7)).
constexpr int seconds_to_speak = 1;

// Options of TCP, most of which clients inherit: that is set once which would
// cost each of them system calls. A Unix socket has no such options, and needs
// none.
void prepare_for_clients(int socket) noexcept {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most_unsent,
               sizeof most_unsent);
  ::setsockopt(socket, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds_to_speak,
               sizeof seconds_to_speak);
}

listen_error failure(int error) {
  return listen_error{std::generic_category().message(error)};
}

// -- TCP ---------------------------------------------------------------------

using tcp = boost::asio::ip::tcp;

// As in a URL.
std::string text_of(const tcp::endpoint& where) {
  const auto name = where.address().to_string();
  return (where.address().is_v6() ? "[" + name + "]" : name) + ":"
         + std::to_string(where.port());
}

tcp::acceptor bound_acceptor(boost::asio::io_context& context,
                             const std::string& host, std::uint16_t port) {
  tcp::endpoint where{tcp::v6(), port};
  if (!host.empty()) {
    tcp::resolver resolver{context};
    where = resolver.resolve(host, std::to_string(port)).begin()->endpoint();
  }
  tcp::acceptor acceptor{context};
  boost::system::error_code no_ipv6;
  acceptor.open(where.protocol(), no_ipv6);
  if (no_ipv6) {
    where = tcp::endpoint{tcp::v4(), port};
    acceptor.open(where.protocol());
  }
  acceptor.set_option(tcp::acceptor::reuse_address{true});
  if (host.empty() && where.address().is_v6())
    acceptor.set_option(boost::asio::ip::v6_only{false});
  acceptor.bind(where);
  return acceptor;
}

// -- Unix sockets ------------------------------------------------------------

constexpr std::string_view unix_scheme = "unix:";

bool is_abstract(std::string_view path) noexcept {
  return path.starts_with('@');
}

struct unix_address {
  sockaddr_un value{};
  socklen_t size = 0;

  const sockaddr* generic() const noexcept {
    return reinterpret_cast<const sockaddr*>(&value);
  }
};

unix_address unix_address_of(const std::string& path) {
  unix_address made;
  made.value.sun_family = AF_UNIX;
  // With a zero behind it, or in place of the @.
  if (path.size() >= sizeof made.value.sun_path)
    throw failure(ENAMETOOLONG);
  std::copy(path.begin(), path.end(), made.value.sun_path);
  if (is_abstract(path))
    made.value.sun_path[0] = '\0';
  made.size
    = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size()
                             + (is_abstract(path) ? 0 : 1));
  return made;
}

int unix_socket() {
  const int made
    = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0)
    throw failure(errno);
  return made;
}

// Zero if somebody listens there, even if it has no room for one more.
int error_of_connecting(const unix_address& where) {
  const int probe = unix_socket();
  const bool connected = ::connect(probe, where.generic(), where.size) == 0;
  const int error = connected || errno == EAGAIN ? 0 : errno;
  ::close(probe);
  return error;
}

// Nobody listens on what a server that was killed has left behind.
void remove_stale(const std::string& path, const unix_address& where) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT)
      return;
    throw failure(errno);
  }
  if (!S_ISSOCK(found.st_mode))
    throw listen_error{
      "a file that is no socket is there; remove it, or choose "
      "another path"};
  const int error = error_of_connecting(where);
  if (error == 0)
    throw failure(EADDRINUSE);
  if (error == ECONNREFUSED)
    ::unlink(path.c_str());
  else if (error != ENOENT)
    throw failure(error);
}

// What systemd hands on may be of any kind.
std::string address_of(int socket) {
  sockaddr_storage found{};
  socklen_t size = sizeof found;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&found), &size) != 0)
    throw failure(errno);
  if (found.ss_family == AF_UNIX) {
    const auto& its = reinterpret_cast<const sockaddr_un&>(found);
    const auto room = size - offsetof(sockaddr_un, sun_path);
    std::string path{its.sun_path, std::min(room, sizeof its.sun_path)};
    if (path.starts_with('\0'))
      path.front() = '@';
    return std::string{unix_scheme}.append(path.c_str());
  }
  if (found.ss_family != AF_INET && found.ss_family != AF_INET6)
    throw failure(EAFNOSUPPORT);
  tcp::endpoint where;
  where.resize(size);
  std::memcpy(where.data(), &found, size);
  return text_of(where);
}

} // namespace

listening_socket::listening_socket(listening_socket&& from) noexcept
  : address_(std::move(from.address_)),
    path_(std::exchange(from.path_, {})),
    file_(from.file_),
    socket_(std::exchange(from.socket_, -1)) {}

listening_socket&
listening_socket::operator=(listening_socket&& from) noexcept {
  close();
  address_ = std::move(from.address_);
  path_ = std::exchange(from.path_, {});
  file_ = from.file_;
  socket_ = std::exchange(from.socket_, -1);
  return *this;
}

listening_socket listening_socket::at_port(const std::string& host,
                                           std::uint16_t port) {
  try {
    boost::asio::io_context context{1};
    auto acceptor = bound_acceptor(context, host, port);
    prepare_for_clients(acceptor.native_handle());
    acceptor.listen(backlog);
    acceptor.non_blocking(true);
    listening_socket made;
    made.address_ = text_of(acceptor.local_endpoint());
    made.socket_ = acceptor.release();
    return made;
  } catch (const boost::system::system_error& error) {
    throw listen_error{error.code().message()};
  }
}

listening_socket listening_socket::at_path(const std::string& path,
                                           unsigned mode) {
  const auto where = unix_address_of(path);
  if (!is_abstract(path))
    remove_stale(path, where);
  listening_socket made;
  made.address_ = std::string{unix_scheme}.append(path);
  made.socket_ = unix_socket();
  if (::bind(made.socket_, where.generic(), where.size) != 0)
    throw failure(errno);
  if (!is_abstract(path)) {
    made.path_ = path;
    made.file_ = identity_of(path);
    // Nobody can connect until it listens.
    if (::chmod(path.c_str(), static_cast<mode_t>(mode)) != 0)
      throw failure(errno);
  }
  if (::listen(made.socket_, backlog) != 0)
    throw failure(errno);
  return made;
}

listening_socket listening_socket::adopted(int socket) {
  int listens = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0
      || listens == 0)
    throw listen_error{"what was handed on is no socket that listens"};
  listening_socket made;
  made.address_ = address_of(socket);
  const int flags = ::fcntl(socket, F_GETFL);
  if (flags < 0 || ::fcntl(socket, F_SETFL, flags | O_NONBLOCK) < 0)
    throw failure(errno);
  prepare_for_clients(socket);
  made.socket_ = socket;
  return made;
}

void listening_socket::close() noexcept {
  if (socket_ < 0)
    return;
  // Somebody else may have put another in its place meanwhile.
  if (!path_.empty() && identity_of(path_) == file_)
    ::unlink(path_.c_str());
  path_.clear();
  ::close(std::exchange(socket_, -1));
}

listening_socket::identity
listening_socket::identity_of(const std::string& path) noexcept {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0)
    return {};
  return {found.st_dev, found.st_ino};
}

} // namespace thunderpush
