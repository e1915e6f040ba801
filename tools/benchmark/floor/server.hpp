#pragma once

#include "tests/load/descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/benchmark/floor/request.hpp"

namespace thunderpush::benchmark {

/// How the floor hands messages on.
enum class delivery {
  /// One send a subscriber and message, before the publisher is answered.
  plain,
  /// The messages of a channel that came in one round of epoll leave with one
  /// send a subscriber.
  batch,
  /// 32 subscribers are served, then new requests are looked for: a channel is
  /// a log and a subscriber a cursor in it, so that under load one send carries
  /// all that came meanwhile.
  sliced,
};

/// The least that a server can do for a fan-out: one thread, no checks, no
/// limits, no timers. GET /sub/N as a WebSocket subscribes to channel N, POST
/// /pub/N sends the body to its subscribers, everything else gets a small
/// answer. What it costs is the floor under whatever does more.
class floor_server {
public:
  /// Listens on 127.0.0.1.
  /// @throws std::system_error if it cannot
  floor_server(std::uint16_t port, delivery how);

  /// Serves until the process ends.
  [[noreturn]] void run();

private:
  struct connection {
    bool subscribed = false;
    std::uint32_t channel = 0;
    std::uint32_t position = 0; // among the channel's subscribers
    std::uint64_t cursor = 0;   // what it has been sent of the channel's log
    std::string unread;         // of an incomplete request
    std::string unsent;
  };

  struct channel {
    std::vector<int> subscribers;
    std::string log; // what not everybody has been sent
    std::uint64_t log_begin = 0;
    std::uint64_t pass_end = 0; // what everybody has after this pass
    std::size_t next = 0;       // whose turn it is
  };

  void accept_some();
  void serve(int socket, std::uint32_t events);
  void read(int socket);
  std::size_t handle_all(int socket, std::string_view bytes);
  void handle(int socket, const request& what);
  void subscribe(int socket, const request& what);
  void publish(const request& what);
  void flush();
  void flush_all();
  void flush_slice();
  std::size_t serve_slice(channel& where, std::size_t most);
  void send(int socket, std::string_view bytes);
  void send_rest(int socket);
  void expect(int socket, int operation, std::uint32_t events);
  void drop(int socket);

  delivery how_;
  load::descriptor epoll_;
  load::descriptor listener_;
  std::vector<connection> connections_; // by descriptor
  std::vector<channel> channels_;
  std::vector<std::uint32_t> dirty_; // channels with something in their log
  std::vector<char> buffer_;
  std::string frame_;
};

} // namespace thunderpush::benchmark
