#include "transport/listening_socket.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

using namespace thunderpush;

namespace {

// A folder that ends with the test.
class folder {
public:
  folder() {
    std::string form
      = std::filesystem::temp_directory_path() / "sockets-XXXXXX";
    REQUIRE(::mkdtemp(form.data()) != nullptr);
    path_ = form;
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() { std::filesystem::remove_all(path_); }

  std::string operator/(const std::string& name) const { return path_ / name; }

private:
  std::filesystem::path path_;
};

// The error of connecting there, 0 if there is none.
int connects(const std::string& path) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  path.copy(where.sun_path, sizeof where.sun_path - 1);
  auto size = sizeof where;
  if (path.front() == '@') {
    where.sun_path[0] = '\0';
    size = offsetof(sockaddr_un, sun_path) + path.size();
  }
  const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int result
    = ::connect(client, reinterpret_cast<const sockaddr*>(&where),
                static_cast<socklen_t>(size));
  const int error = result == 0 ? 0 : errno;
  ::close(client);
  return error;
}

// A socket of TCP that listens on loopback, as others make it.
int plain_listener() {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::listen(made, 1) == 0);
  return made;
}

// A client of one that listens by TCP on loopback.
int tcp_client_of(const listening_socket& which) {
  sockaddr_in where{};
  socklen_t size = sizeof where;
  ::getsockname(which.descriptor(), reinterpret_cast<sockaddr*>(&where), &size);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::connect(client, reinterpret_cast<const sockaddr*>(&where), size)
          == 0);
  return client;
}

// Waits until somebody can be accepted.
int next_of(const listening_socket& which) {
  pollfd one{which.descriptor(), POLLIN, 0};
  REQUIRE(::poll(&one, 1, -1) == 1);
  const int accepted = ::accept(which.descriptor(), nullptr, nullptr);
  REQUIRE(accepted >= 0);
  return accepted;
}

// Whether what is said to its clients leaves at once (Nagle's algorithm is
// off).
bool speaks_at_once(const listening_socket& which) {
  const int client = tcp_client_of(which);
  REQUIRE(::send(client, "x", 1, 0) == 1);
  const int accepted = next_of(which);
  int on = 0;
  socklen_t size = sizeof on;
  ::getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, &size);
  ::close(accepted);
  ::close(client);
  return on != 0;
}

// Whether those who have spoken go before those who have not.
bool waits_for_words(const listening_socket& which) {
  int seconds = 0;
  socklen_t size = sizeof seconds;
  ::getsockopt(which.descriptor(), IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds,
               &size);
  return seconds > 0;
}

// As a server that was killed leaves it behind.
void leave_behind(const std::string& path) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  path.copy(where.sun_path, sizeof where.sun_path - 1);
  const int dead = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(dead, reinterpret_cast<const sockaddr*>(&where), sizeof where)
          == 0);
  ::close(dead);
}

std::string failure_of(const std::string& path) {
  try {
    const auto made = listening_socket::at_path(path, 0600);
    return "none";
  } catch (const listen_error& error) {
    return error.what();
  }
}

unsigned mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::lstat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

} // namespace

TEST_SUITE("listening socket") {
  TEST_CASE("what is said to clients is not held back") {
    CHECK(speaks_at_once(listening_socket::at_port("127.0.0.1", 0)));
    CHECK(speaks_at_once(listening_socket::adopted(plain_listener())));
  }

  TEST_CASE("clients are accepted once they have spoken") {
    CHECK(waits_for_words(listening_socket::at_port("127.0.0.1", 0)));
    CHECK(waits_for_words(listening_socket::adopted(plain_listener())));
  }

  TEST_CASE("a client that says nothing is accepted all the same") {
    const auto made = listening_socket::at_port("127.0.0.1", 0);
    const int client = tcp_client_of(made);
    const int accepted = next_of(made);
    // It has not been said that it is gone.
    char byte = 0;
    CHECK(::recv(accepted, &byte, 1, MSG_DONTWAIT) == -1);
    CHECK(errno == EAGAIN);
    ::close(accepted);
    ::close(client);
  }

  TEST_CASE("so is one that hangs up without a word") {
    const auto made = listening_socket::at_port("127.0.0.1", 0);
    ::close(tcp_client_of(made));
    const int accepted = next_of(made);
    char byte = 0;
    CHECK(::recv(accepted, &byte, 1, 0) == 0);
    ::close(accepted);
  }

  TEST_CASE("a Unix socket is there while it lasts") {
    const folder here;
    const auto path = here / "one";
    {
      const auto made = listening_socket::at_path(path, 0600);
      CHECK(made.address() == "unix:" + path);
      CHECK(connects(path) == 0);
    }
    CHECK(!std::filesystem::exists(path));
  }

  TEST_CASE("its permissions are those that were asked for") {
    const folder here;
    const auto before = ::umask(0077);
    for (const unsigned mode : {0600U, 0660U, 0666U, 0777U, 0000U}) {
      const auto made = listening_socket::at_path(here / "one", mode);
      CHECK(mode_of(here / "one") == mode);
    }
    ::umask(before);
  }

  TEST_CASE("what a dead server has left behind is in nobody's way") {
    const folder here;
    const auto path = here / "one";
    leave_behind(path);
    CHECK(connects(path) == ECONNREFUSED);
    const auto made = listening_socket::at_path(path, 0600);
    CHECK(connects(path) == 0);
  }

  TEST_CASE("where somebody listens nobody else does") {
    const folder here;
    const auto path = here / "one";
    const auto made = listening_socket::at_path(path, 0600);
    CHECK(failure_of(path) == "Address already in use");
    CHECK(connects(path) == 0);
  }

  TEST_CASE("a file that is no socket stays") {
    const folder here;
    const auto path = here / "one";
    std::ofstream{path} << "precious";
    CHECK(failure_of(path).starts_with("a file that is no socket is there"));
    CHECK(std::filesystem::file_size(path) == 8);
    std::filesystem::create_symlink(path, here / "link");
    CHECK(failure_of(here / "link").starts_with("a file that is no socket"));
    CHECK(std::filesystem::is_symlink(here / "link"));
  }

  TEST_CASE("a folder that is not there is an error") {
    const folder here;
    CHECK(failure_of(here / "none/one") == "No such file or directory");
  }

  TEST_CASE("a path that is too long is an error") {
    CHECK(failure_of("/" + std::string(107, 'x')) == "File name too long");
  }

  TEST_CASE("what somebody else has put in its place stays") {
    const folder here;
    const auto path = here / "one";
    auto first = listening_socket::at_path(path, 0600);
    std::filesystem::remove(path);
    const auto second = listening_socket::at_path(path, 0600);
    first.close();
    CHECK(connects(path) == 0);
  }

  TEST_CASE("a name without a file ends with its socket") {
    const auto name = "@thunderpush-test-" + std::to_string(::getpid());
    {
      const auto made = listening_socket::at_path(name, 0600);
      CHECK(made.address() == "unix:" + name);
      CHECK(connects(name) == 0);
      CHECK(failure_of(name) == "Address already in use");
    }
    CHECK(connects(name) == ECONNREFUSED);
  }

  TEST_CASE("a socket that moves is closed once") {
    const folder here;
    const auto path = here / "one";
    auto first = listening_socket::at_path(path, 0600);
    auto second = std::move(first);
    first.close();
    CHECK(connects(path) == 0);
    second = listening_socket{};
    CHECK(!std::filesystem::exists(path));
  }

  TEST_CASE("one that was handed on is used, and its file left alone") {
    const folder here;
    const auto path = here / "one";
    const auto owner = listening_socket::at_path(path, 0600);
    {
      const auto made = listening_socket::adopted(::dup(owner.descriptor()));
      CHECK(made.address() == "unix:" + path);
    }
    CHECK(connects(path) == 0);
    const auto port = listening_socket::at_port("::1", 0);
    const auto made = listening_socket::adopted(::dup(port.descriptor()));
    CHECK(made.address() == port.address());
    CHECK(made.address().starts_with("[::1]:"));
  }

  TEST_CASE("what does not listen is not taken") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    for (const int each : ends) {
      CHECK_THROWS_AS(listening_socket::adopted(each), listen_error);
      ::close(each);
    }
  }
}
