#pragma once

#include "actors/actor_view.hpp"
#include "actors/close_reason.hpp"
#include "actors/identifiers.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

/// A client that has gone.
struct departure {
  std::uint64_t id = 0; ///< Of its actor.
  std::size_t home = 0;
  std::optional<app_id> app; ///< None: it never said who it is.
  std::string user;
  std::string_view transport; ///< Static storage.
  std::string address;        ///< Empty: not known any more.
  close_reason reason;
  std::chrono::system_clock::time_point when;
  std::chrono::seconds lived{0};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t dropped = 0;
};

/// Where it stands among others: the newest comes first.
inline actor_rank rank_of(const departure& who) noexcept {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::nanoseconds>(
    who.when.time_since_epoch());
  return {static_cast<std::uint64_t>(since_epoch.count()), who.id};
}

/// Which departures are meant: those to whom all of this applies.
struct departure_filter {
  std::optional<app_id> app{};
  std::optional<std::string> user{};
  std::optional<std::uint16_t> code{};

  friend bool operator==(const departure_filter&, const departure_filter&)
    = default;
};

/// The clients of a home that have gone: how many with which code, and the last
/// of them one by one. Lives on one home.
class departures {
public:
  using counts = std::vector<std::pair<std::uint16_t, std::uint64_t>>;

  /// How many are kept. Others are forgotten, the oldest first.
  void keep(std::size_t limit) { limit_ = limit; }

  void add(departure who);

  /// By close code; 0: the client went first.
  const counts& by_code() const noexcept { return by_code_; }

  /// Up to `limit` of those that match, newest first; those that follow
  /// `after`, if it is given.
  std::vector<departure> list(const departure_filter& which,
                              const std::optional<actor_rank>& after,
                              std::size_t limit) const;

private:
  std::vector<departure> last_; // a ring
  std::size_t next_ = 0;        // the oldest, once the ring is full
  std::size_t limit_ = 10'000;
  counts by_code_;
};

} // namespace thunderpush
