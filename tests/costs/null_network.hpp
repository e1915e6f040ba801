#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

struct epoll_event;

namespace thunderpush::costs {

/// Sockets that lead nowhere: what is written to one is counted and thrown
/// away, what is read from one was put there by `arrive`. They are descriptors
/// like others to the product, which calls `send`, `recv` and `epoll_wait` as
/// ever; the linker puts ours before those of the C library (--wrap, see
/// CMakeLists.txt), which handle all other descriptors.
///
/// Why so: the product has no seam for a socket, and needs none for this; its
/// code is that of the daemon to the last instruction. A Unix socket in place
/// of this is none of nothing (the kernel copies and wakes), and a million of
/// them are more descriptors than a process may have. An `LD_PRELOAD` would do
/// the same to the libraries beneath, which have descriptors of their own.
///
/// A socket belongs to the thread of the epoll descriptor that it is registered
/// with, and is opened before threads run.
class null_network {
public:
  /// What was written.
  struct traffic {
    std::uint64_t writes = 0;
    std::uint64_t bytes = 0;
  };

  /// That of the process, as there is one table of descriptors.
  static null_network& of_process();

  /// Has memory for that many sockets, so that opening one takes none. Before
  /// any is opened.
  void reserve(std::size_t sockets);

  /// A connected socket.
  int open();

  /// These bytes arrive. They must stay where they are until they are read;
  /// what arrived before must have been.
  void arrive(int socket, std::string_view bytes);

  /// The peer ends the stream, behind what has arrived.
  void end(int socket);

  /// Sockets that the product has not closed.
  std::size_t open_sockets() const noexcept;

  /// What the calling thread has written.
  static const traffic& written_here() noexcept;

  // In place of the system's.

  static bool owns(int descriptor) noexcept { return descriptor >= first; }
  static std::int64_t send(std::size_t bytes) noexcept;
  std::int64_t receive(int socket, void* into, std::size_t bytes) noexcept;
  void close(int socket);
  void watch(int poller, int socket, std::uint64_t data);
  void forget(int socket) noexcept;
  /// What sockets have to say to this epoll descriptor; 0 if nothing.
  int take_events(int poller, epoll_event* into, int most) noexcept;

private:
  // Beyond what the system gives out.
  static constexpr int first = 1 << 30;

  struct state {
    std::string_view input;
    std::uint64_t data = 0; // of its registration
    int poller = -1;        // none: it is not registered
    bool ended = false;
    bool reports = false; // it is among those that have something to say
  };

  state& at(int descriptor) noexcept {
    return sockets_[static_cast<std::size_t>(descriptor - first)];
  }
  void report(int descriptor);

  std::vector<state> sockets_;
  std::vector<int> free_;
  std::vector<std::vector<int>> reporting_; // by epoll descriptor
};

} // namespace thunderpush::costs
