#pragma once

#include "actors/flush_queue.hpp"
#include "actors/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace thunderpush {

class connection;
class home;
struct topic;

/// Takes publications of one large topic round its subscribers, a slice at a
/// time, and has each of them written at once. So a connection is fetched from
/// memory once for what was published meanwhile, and once only: not to queue
/// it, and then to write it. What is under way is a log, and each subscriber
/// has its cursor: `topic::subscriber::seen`.
///
/// Those who were visited in a round are in front of those who were not:
/// `remove` keeps that so. Lives on one home.
class sweep final : public flushable {
public:
  /// A topic with more subscribers than this is worth it, and so many are
  /// written to at each turn.
  static constexpr std::size_t slice = 32;

  /// `on_written` is told how many bytes of publications all have been given.
  /// What `where` is outlives this.
  sweep(thunderpush::home& where,
        std::function<void(topic&, std::size_t)> on_written);

  /// Whether publications are under way.
  bool is_under_way() const noexcept { return over_ != nullptr; }

  /// Whether a publication of the topic goes this way. All go while one does:
  /// they would overtake it.
  bool takes(const topic& what) const noexcept;

  /// Begins to take a publication round.
  void add(topic& to, frame_ptr what);

  /// Queues what this connection is still to be given: it is to get something
  /// else behind that, or to end.
  void catch_up(connection& who);

  /// The same for all, if this is the topic.
  /// @returns the bytes of the publications that were under way
  std::size_t finish(const topic& what);

  /// A subscriber goes.
  /// @returns the place of the topic that has become free in its stead
  std::size_t remove(const topic& from, std::size_t position);

  /// What is under way belongs to a channel that has failed: nobody is to be
  /// told when it is written.
  void release(const topic& from) noexcept;

  /// The topic ends.
  void drop(const topic& what) noexcept;

  void flush() override;

private:
  void visit_next();
  void begin_round() noexcept;
  void end_round();
  std::size_t retire(std::size_t count);
  void end() noexcept;

  thunderpush::home& home_;
  const std::function<void(topic&, std::size_t)> on_written_;
  topic* over_ = nullptr;
  std::vector<frame_ptr> frames_; // the last of those published
  std::size_t released_ = 0;      // of them, from the first on
  std::size_t next_ = 0;          // whose turn it is
  std::uint32_t target_ = 0;      // what all have seen after this round
};

} // namespace thunderpush
