#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <sys/epoll.h>
#include <vector>

namespace thunderpush {

/// Tells the owners of a home's sockets when there is something to do
/// (epoll(7)). Edge-triggered: a socket is registered once, for input and
/// output, and costs no system call for waiting ever after. All but `wake` on
/// the home's thread.
class reactor {
public:
  /// What a socket may have.
  struct readiness {
    bool input = false;  ///< Something to read, or the end.
    bool output = false; ///< Room to write, or an error.
    bool end = false;    ///< The peer has ended: behind the input, if any.
  };

  /// Whoever has a socket here.
  class watcher {
  public:
    /// May remove any watcher.
    virtual void ready(readiness what) = 0;

    /// The home ends: nothing is told any more. The registration is gone.
    virtual void dismissed() = 0;

  protected:
    ~watcher() = default;
  };

  /// A registration. Names nothing by default, and once it was removed.
  struct handle {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
  };

  /// Throws `std::system_error` if the system has no more to give.
  reactor();
  reactor(const reactor&) = delete;
  reactor& operator=(const reactor&) = delete;
  ~reactor();

  /// Registers a socket. What it is ready for already is told, too. Throws
  /// `std::system_error`.
  handle add(int socket, watcher& who);

  /// From now on `who` is told in place of the one before.
  void hand_over(handle which, watcher& who) noexcept {
    slots_[which.slot].who = &who;
  }

  /// Nothing is told any more: the socket is about to be closed.
  void forget(handle which) noexcept;

  /// Nothing is told any more, and the socket may live on elsewhere.
  void remove(handle which, int socket) noexcept;

  /// Tells of input after the next wait, though nothing new has arrived.
  void again(handle which) { again_.push_back(which); }

  /// Waits until something is ready, at most so long.
  void wait(std::chrono::milliseconds timeout) noexcept;

  /// Tells what the last wait found. True if anything was told. If a watcher
  /// throws, the others are told by the next call.
  bool tell();

  /// Ends a wait, now or the next. Any thread.
  void wake() noexcept;

  /// Forgets all watchers.
  void dismiss_all();

private:
  struct slot {
    watcher* who = nullptr;
    std::uint32_t generation = 1;
  };

  static constexpr std::size_t batch = 128;

  watcher* find(handle which) const noexcept;
  bool tell_ready();
  bool tell_again();

  const int epoll_;
  const int wake_;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<handle> again_;
  std::vector<handle> now_again_; // being told
  // What was reported and has not been told yet: a watcher may throw.
  std::array<epoll_event, batch> events_{};
  std::size_t next_event_ = 0;
  std::size_t event_count_ = 0;
};

} // namespace thunderpush
