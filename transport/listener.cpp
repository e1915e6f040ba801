#include "transport/listener.hpp"

#include "config/log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace thunderpush {

namespace {

using namespace std::chrono_literals;

// Clients that are accepted before others have their turn.
constexpr int batch = 64;

// How long a client waits that could not even be refused.
constexpr auto retry_time = 100ms;

constexpr auto warning_interval = 60s;

int open_reserve() noexcept {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

// As in a URL.
std::string text_of(const boost::asio::ip::tcp::endpoint& where) {
  const auto name = where.address().to_string();
  return (where.address().is_v6() ? "[" + name + "]" : name) + ":"
         + std::to_string(where.port());
}

bool out_of_descriptors(int error) noexcept {
  return error == EMFILE || error == ENFILE;
}

} // namespace

listener::listener(std::vector<site_branch> branches)
  : branches_(std::move(branches)), reserve_(open_reserve()) {}

listener::~listener() {
  if (socket_ >= 0)
    ::close(socket_);
  if (reserve_ >= 0)
    ::close(reserve_);
}

void listener::open(const std::string& host, std::uint16_t port) {
  using tcp = boost::asio::ip::tcp;
  boost::asio::io_context context{1};
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
  acceptor.listen(4096);
  acceptor.non_blocking(true);
  address_ = text_of(acceptor.local_endpoint());
  socket_ = acceptor.release();
}

void listener::adopt(int socket) {
  using tcp = boost::asio::ip::tcp;
  int listens = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0
      || listens == 0)
    throw boost::system::system_error{boost::system::errc::make_error_code(
                                        boost::system::errc::invalid_argument),
                                      "no listening socket"};
  sockaddr_storage address{};
  size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  boost::asio::io_context context{1};
  tcp::acceptor acceptor{
    context, address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), socket};
  acceptor.non_blocking(true);
  address_ = text_of(acceptor.local_endpoint());
  socket_ = acceptor.release();
}

void listener::start() {
  own_home().post(
    [this] { handle_ = own_home().sockets().add(socket_, *this); });
}

void listener::stop() {
  own_home().post([this] {
    own_home().sockets().forget(handle_);
    cancel();
    if (socket_ >= 0)
      ::close(std::exchange(socket_, -1));
  });
}

void listener::ready(reactor::readiness) {
  accept_batch();
}

void listener::expired() {
  accept_batch();
}

void listener::accept_batch() {
  for (int i = 0; i < batch; ++i) {
    if (accept_one() || (out_of_descriptors(errno) && refuse_one()))
      continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      return;
    if (out_of_descriptors(errno)) {
      own_home().timers().start(*this, retry_time);
      return;
    }
    // Else the client was gone before its turn: on to the next.
  }
  own_home().sockets().again(handle_);
}

// False with `errno` if there was nobody.
bool listener::accept_one() {
  const int client
    = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (client < 0)
    return false;
  hand_to_home(client);
  return true;
}

void listener::hand_to_home(int client) {
  const auto& branch = branches_[next_++ % branches_.size()];
  auto made = std::make_shared<http_connection>(
    *branch.where, tcp_stream{client}, *branch.offer, *branch.settings);
  if (branch.where->on_home())
    made->start();
  else
    branch.where->post([made = std::move(made)] { made->start(); });
}

// With the descriptor in reserve a client is accepted, and closed at once: it
// learns that it is not served, and the others behind it have their turn. False
// with `errno` if nobody waits, or somebody else took that descriptor.
bool listener::refuse_one() {
  warn();
  ::close(std::exchange(reserve_, -1));
  const int client
    = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  const int error = errno;
  if (client >= 0)
    ::close(client);
  reserve_ = open_reserve();
  errno = error;
  return client >= 0;
}

void listener::warn() {
  const auto now = own_home().now();
  if (now < next_warning_)
    return;
  next_warning_ = now + warning_interval;
  log_warning("listener", "out of file descriptors: refusing new clients on "
                            + address_ + "; raise the limit of open files");
}

} // namespace thunderpush
