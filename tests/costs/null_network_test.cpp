#include "tests/costs/null_network.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace thunderpush::costs;

namespace {

/// A socket of the null network, and an epoll descriptor.
struct null_socket {
  null_socket() {
    network.reserve(4);
    socket = network.open();
  }
  null_socket(const null_socket&) = delete;
  null_socket& operator=(const null_socket&) = delete;
  ~null_socket() {
    ::close(socket);
    ::close(poller);
  }

  void watch() const {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = 42;
    REQUIRE(::epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event) == 0);
  }

  /// What epoll says of it; 0: nothing.
  std::uint32_t events() const {
    std::array<epoll_event, 4> told{};
    const int count = ::epoll_wait(poller, told.data(), 4, 0);
    if (count == 0)
      return 0;
    REQUIRE(count == 1);
    CHECK(std::uint64_t{told[0].data.u64} == 42);
    return told[0].events;
  }

  std::string read() const {
    std::array<char, 4> bytes{};
    const auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
    REQUIRE(count >= 0);
    return {bytes.data(), static_cast<std::size_t>(count)};
  }

  null_network& network = null_network::of_process();
  int poller = ::epoll_create1(0);
  int socket = -1;
};

} // namespace

TEST_CASE_FIXTURE(null_socket, "what is written is counted and gone") {
  const auto before = null_network::written_here();
  CHECK(::send(socket, "hello", 5, 0) == 5);
  CHECK(null_network::written_here().writes == before.writes + 1);
  CHECK(null_network::written_here().bytes == before.bytes + 5);
}

TEST_CASE_FIXTURE(null_socket,
                  "what arrives is read once, in parts if it must") {
  network.arrive(socket, "hello");
  CHECK(read() == "hell");
  CHECK(read() == "o");
  char byte = 0;
  CHECK(::recv(socket, &byte, 1, 0) == -1);
  CHECK(errno == EAGAIN);
}

TEST_CASE_FIXTURE(null_socket, "the end comes behind what has arrived") {
  network.arrive(socket, "bye");
  network.end(socket);
  CHECK(read() == "bye");
  CHECK(read() == "");
}

TEST_CASE_FIXTURE(null_socket, "epoll tells each edge once") {
  CHECK(events() == 0);
  watch();
  CHECK(events() == EPOLLOUT);
  CHECK(events() == 0);
  network.arrive(socket, "hello");
  CHECK(events() == (EPOLLIN | EPOLLOUT));
  CHECK(events() == 0);
  network.end(socket);
  CHECK(events() == (EPOLLIN | EPOLLOUT | EPOLLRDHUP));
}

TEST_CASE_FIXTURE(null_socket, "a socket that is not watched tells nothing") {
  watch();
  network.arrive(socket, "hello");
  REQUIRE(::epoll_ctl(poller, EPOLL_CTL_DEL, socket, nullptr) == 0);
  CHECK(events() == 0);
}

TEST_CASE_FIXTURE(null_socket, "a closed socket makes room for the next") {
  const auto before = network.open_sockets();
  const int other = network.open();
  CHECK(network.open_sockets() == before + 1);
  REQUIRE(::close(other) == 0);
  CHECK(network.open_sockets() == before);
  const int next = network.open();
  CHECK(next == other);
  ::close(next);
}

TEST_CASE_FIXTURE(null_socket, "all other descriptors are the system's") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  CHECK(::send(ends[0], "hello", 5, 0) == 5);
  std::array<char, 8> bytes{};
  CHECK(::recv(ends[1], bytes.data(), bytes.size(), 0) == 5);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = 42;
  CHECK(::epoll_ctl(poller, EPOLL_CTL_ADD, ends[1], &event) == 0);
  CHECK(events() == 0);
  CHECK(::send(ends[0], "again", 5, 0) == 5);
  CHECK(events() == EPOLLIN);
  CHECK(::close(ends[0]) == 0);
  CHECK(::close(ends[1]) == 0);
}
