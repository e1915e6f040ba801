#pragma once

#include "actors/messages.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace thunderpush {

class pinned_actor;

/// What an actor does, for those who look on. Its views die with the call.
struct trace_event {
  std::string_view event;     ///< A word; static storage.
  std::string_view subject{}; ///< What it is about, such as a channel's name.
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
  std::string_view payload{}; ///< UTF-8.
};

/// Tells operators what some actors of a home receive and send. Costs the
/// others a look at a flag. Bounded: in traces, in events a second of each, in
/// bytes of a payload, in time. Lives on one home.
class tracer {
public:
  static constexpr std::size_t max_traces = 8;
  static constexpr std::size_t events_per_second = 200;
  static constexpr std::size_t payload_bytes = 256;

  /// Begins a trace, unless there are `max_traces`.
  void begin(begin_trace what);

  /// Ends the trace whose reports have this ticket, if there is one.
  void end(std::uint64_t ticket);

  /// Whether anybody looks on: if not, `note` need not be called.
  bool active() const noexcept { return !traces_.empty(); }

  /// `who` does something. Home thread.
  void note(const pinned_actor& who, const trace_event& what);

private:
  struct trace {
    begin_trace question;
    std::chrono::steady_clock::time_point second{}; // that is counted now
    std::size_t events = 0;                         // in it
    std::uint64_t missed = 0;
  };

  static bool admits(trace& of, std::chrono::steady_clock::time_point now);

  std::vector<trace> traces_;
};

} // namespace thunderpush
