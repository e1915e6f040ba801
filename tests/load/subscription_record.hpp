#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace thunderpush::load {

/// What one client has got of one channel, and what it had to get, over all of
/// its subscriptions to it. Numbers begin at 0 in each channel, and a number is
/// sent when those before it were. Of each subscription it is booked
///
/// - before SUBSCRIBE is sent, how many numbers were answered by then: none of
///   these may come;
/// - once it is certain that the subscription is there, how many were sent by
///   then: all later ones have to come;
/// - when the client decides to leave, how many were answered by then: these
///   have to come before it leaves;
/// - once it is certain that the subscription has ended, how many were sent by
///   then: no later one may come.
///
/// In between there may not be a gap. If the last is not known before the next
/// subscription begins, as both commands are sent at once, it is left out.
class subscription_record {
public:
  /// @name In this order, and then again.
  /// @{
  void subscribing(std::uint64_t answered);
  void subscribed(std::uint64_t sent);
  /// May be called more than once: the last counts.
  void leaving(std::uint64_t answered);
  void left(std::uint64_t sent);
  /// @}

  /// Books a number that came.
  /// @returns what is wrong with it, nothing if it was due or allowed
  std::optional<std::string> note(std::uint64_t number);

  /// All has come that had to before the client leaves.
  bool complete() const;

  /// What has not: for people.
  std::string missing() const;

  /// The client is, or is about to be, or has just been, subscribed.
  bool open() const;

private:
  struct subscription {
    std::uint64_t possible_from = 0;
    std::optional<std::uint64_t> certain_from;
    std::uint64_t due_until = 0;
    std::optional<std::uint64_t> possible_until;
    /// What came; nothing before the first.
    std::optional<std::uint64_t> first;
    std::uint64_t next = 0;

    bool complete() const;
  };

  std::vector<subscription> subscriptions_;
};

} // namespace thunderpush::load
