#include "transport/listener.hpp"

#include "config/log.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace thunderpush {

namespace {

using namespace std::chrono_literals;

// Clients that are accepted before others have their turn.
constexpr int batch = 64;

constexpr auto shortest_rest = 10ms;
constexpr auto longest_rest = 1000ms;

int open_reserve() noexcept {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool out_of_descriptors(const boost::system::error_code& error) noexcept {
  return error == boost::system::errc::too_many_files_open
         || error == boost::system::errc::too_many_files_open_in_system;
}

} // namespace

listener::listener(std::vector<site_branch> branches,
                   const http_settings& settings)
  : branches_(std::move(branches)),
    settings_(settings),
    acceptor_(branches_.front().where->io()),
    rest_timer_(branches_.front().where->io()),
    reserve_(open_reserve()) {}

listener::~listener() {
  if (reserve_ >= 0)
    ::close(reserve_);
}

void listener::open(const std::string& host, std::uint16_t port) {
  tcp::endpoint where{tcp::v6(), port};
  if (!host.empty()) {
    tcp::resolver resolver{branches_.front().where->io()};
    where = resolver.resolve(host, std::to_string(port)).begin()->endpoint();
  }
  boost::system::error_code no_ipv6;
  acceptor_.open(where.protocol(), no_ipv6);
  if (no_ipv6) {
    where = tcp::endpoint{tcp::v4(), port};
    acceptor_.open(where.protocol());
  }
  acceptor_.set_option(tcp::acceptor::reuse_address{true});
  if (host.empty() && where.address().is_v6())
    acceptor_.set_option(boost::asio::ip::v6_only{false});
  acceptor_.bind(where);
  acceptor_.listen(4096);
  acceptor_.non_blocking(true);
}

std::string listener::address() const {
  const auto where = acceptor_.local_endpoint();
  const auto host = where.address().to_string();
  return (where.address().is_v6() ? "[" + host + "]" : host) + ":"
         + std::to_string(where.port());
}

void listener::start() {
  boost::asio::post(acceptor_.get_executor(), [this] { accept_when_ready(); });
}

void listener::stop() {
  boost::asio::post(acceptor_.get_executor(), [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    rest_timer_.cancel();
  });
}

void listener::accept_when_ready() {
  acceptor_.async_wait(tcp::acceptor::wait_read,
                       [this](const boost::system::error_code& stopped) {
                         if (!stopped)
                           accept_batch();
                       });
}

void listener::accept_batch() {
  for (int i = 0; i < batch; ++i) {
    boost::system::error_code error;
    if (accept_one(error)) {
      rest_time_ = 0ms;
      continue;
    }
    if (out_of_descriptors(error)) {
      refuse_one();
      rest();
      return;
    }
    if (error == boost::asio::error::would_block)
      break;
    // The client was gone before its turn: on to the next.
  }
  accept_when_ready();
}

bool listener::accept_one(boost::system::error_code& error) {
  const auto& branch = branches_[next_ % branches_.size()];
  auto accepted = acceptor_.accept(branch.where->io(), error);
  if (error)
    return false;
  ++next_;
  auto client = std::make_shared<http_connection>(
    *branch.where, tcp_stream{std::move(accepted)}, *branch.offer, settings_);
  if (branch.where->on_home()) {
    client->start();
  } else {
    boost::asio::post(branch.where->io(),
                      [client = std::move(client)] { client->start(); });
  }
  return true;
}

// A client that waits to be accepted wakes the loop again and again. With the
// descriptor in reserve it is accepted, and closed at once.
void listener::refuse_one() {
  ::close(reserve_);
  const int client = ::accept4(acceptor_.native_handle(), nullptr, nullptr,
                               SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (client >= 0)
    ::close(client);
  reserve_ = open_reserve();
}

void listener::rest() {
  if (rest_time_ == 0ms) {
    log_warning("listener", "out of file descriptors: refusing new clients on "
                              + address() + "; raise the limit of open files");
  }
  rest_time_
    = std::clamp(2 * rest_time_, std::chrono::milliseconds{shortest_rest},
                 std::chrono::milliseconds{longest_rest});
  rest_timer_.expires_after(rest_time_);
  rest_timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (!stopped)
      accept_batch();
  });
}

} // namespace thunderpush
