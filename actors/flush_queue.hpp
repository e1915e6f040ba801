#pragma once

#include "actors/prefetch.hpp"

#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace thunderpush {

/// Something that has bytes for its socket. Lives on one home.
class flushable
  : public boost::intrusive::list_base_hook<
      boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
  virtual ~flushable() = default;

  /// Its turn: write what the socket takes. May queue itself again.
  virtual void flush() = 0;

  /// Its turn comes soon: what that takes is to be on its way from memory. What
  /// is needed first stands around here, as a derived class has it.
  void prefetch() const noexcept {
    constexpr std::size_t before = 64;
    constexpr std::size_t all = 192;
    thunderpush::prefetch<all>(reinterpret_cast<const char*>(this) - before);
  }

  /// It has waited for its socket for another period (see `inspect_blocked`).
  virtual void still_blocked() {}

  /// Bytes that wait for its socket.
  virtual std::size_t waiting_bytes() const noexcept { return 0; }

  /// Memory is short: it is to give up what waits.
  virtual void shed() {}
};

/// The connections of a home that have something to write, first come first
/// served, and those whose socket takes no more for now. What comes while a
/// connection waits for its turn leaves with the same write.
class flush_queue {
public:
  /// Queues `what` at the end, unless it waits already or is blocked.
  void mark(flushable& what) {
    if (!what.is_linked())
      dirty_.push_back(what);
  }

  /// Queues something that writes for many, some at each of its turns. It has a
  /// turn in each slice, however many wait for themselves, and they have
  /// theirs.
  void mark_crowd(flushable& what) {
    if (!what.is_linked())
      crowds_.push_back(what);
  }

  /// Notes that the socket of `what` is full: it is left alone until `mark`
  /// after `unblock`.
  void block(flushable& what) {
    what.unlink();
    blocked_.push_back(what);
  }

  /// The socket of `what` takes bytes again.
  void unblock(flushable& what) {
    if (what.is_linked())
      what.unlink();
  }

  /// Flushes up to `limit` of those that wait, and one that writes for many.
  /// True if more are waiting.
  bool flush_slice(std::size_t limit) {
    for (; limit > 0 && !dirty_.empty(); --limit) {
      auto& what = dirty_.front();
      dirty_.pop_front();
      if (!dirty_.empty())
        dirty_.front().prefetch();
      what.flush();
    }
    if (!crowds_.empty()) {
      auto& what = crowds_.front();
      crowds_.pop_front();
      what.flush();
    }
    return !empty();
  }

  /// Lets each blocked one look at how long it has waited.
  void inspect_blocked() {
    for (auto it = blocked_.begin(); it != blocked_.end();) {
      auto& what = *it++; // it may leave the list
      what.still_blocked();
    }
  }

  /// Has blocked ones give up what waits, the longest queues first, as long as
  /// `more` holds.
  template <class More>
  void shed_blocked(More&& more) {
    std::vector<flushable*> longest_first;
    for (auto& each : blocked_)
      if (each.waiting_bytes() > 0)
        longest_first.push_back(&each);
    std::stable_sort(longest_first.begin(), longest_first.end(),
                     [](const flushable* left, const flushable* right) {
                       return left->waiting_bytes() > right->waiting_bytes();
                     });
    for (auto* each : longest_first) {
      if (!more())
        return;
      each->shed();
    }
  }

  bool empty() const noexcept { return dirty_.empty() && crowds_.empty(); }

private:
  using list
    = boost::intrusive::list<flushable,
                             boost::intrusive::constant_time_size<false>>;

  list dirty_;
  list crowds_;
  list blocked_;
};

} // namespace thunderpush
