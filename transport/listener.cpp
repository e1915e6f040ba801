#include "transport/listener.hpp"

#include "config/log.hpp"

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

// A client begins on its home.
template <class Client>
void begin(home& where, std::shared_ptr<Client> client) {
  if (where.on_home())
    client->start();
  else
    where.post([client = std::move(client)] { client->start(); });
}

bool out_of_descriptors(int error) noexcept {
  return error == EMFILE || error == ENFILE;
}

} // namespace

listener::listener(std::vector<site_branch> branches, newcomer_steps steps)
  : branches_(std::move(branches)),
    steps_(std::move(steps)),
    secure_(steps_.shows != nullptr),
    reserve_(open_reserve()) {}

listener::~listener() {
  if (reserve_ >= 0)
    ::close(reserve_);
}

void listener::open(const std::string& host, std::uint16_t port) {
  socket_ = listening_socket::at_port(host, port);
}

void listener::open_path(const std::string& path, unsigned mode) {
  socket_ = listening_socket::at_path(path, mode);
}

void listener::adopt(int socket) {
  socket_ = listening_socket::adopted(socket);
}

void listener::show(tls::context_ptr what) {
  own_home().post([this, what = std::move(what)] { steps_.shows = what; });
}

void listener::start() {
  own_home().post([this] {
    handle_ = own_home().sockets().add(socket_.descriptor(), *this);
  });
}

void listener::stop() {
  own_home().post([this] {
    own_home().sockets().forget(handle_);
    cancel();
    socket_.close();
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

// Negative with `errno` if there was nobody.
int listener::accept() const noexcept {
  return ::accept4(socket_.descriptor(), nullptr, nullptr,
                   SOCK_CLOEXEC | SOCK_NONBLOCK);
}

// False with `errno` if there was nobody.
bool listener::accept_one() {
  const int client = accept();
  if (client < 0)
    return false;
  hand_to_home(client);
  return true;
}

void listener::hand_to_home(int client) {
  const auto& branch = branches_[next_++ % branches_.size()];
  client_stream stream{client};
  if (steps_.any())
    begin(*branch.where,
          std::make_shared<newcomer>(branch, std::move(stream), steps_));
  else
    begin(*branch.where,
          std::make_shared<http_connection>(*branch.where, std::move(stream),
                                            *branch.offer, *branch.settings));
}

// With the descriptor in reserve a client is accepted, and closed at once: it
// learns that it is not served, and the others behind it have their turn. False
// with `errno` if nobody waits, or somebody else took that descriptor.
bool listener::refuse_one() {
  warn();
  ::close(std::exchange(reserve_, -1));
  const int client = accept();
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
                            + address() + "; raise the limit of open files");
}

} // namespace thunderpush
