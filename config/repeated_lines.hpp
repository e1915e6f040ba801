#pragma once

#include "config/log_level.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace thunderpush {

/// Events that were left out: what one line says in their place.
struct left_out {
  log_level level = log_level::info;
  std::string component;
  std::string text; ///< `accept failed: ... (7 similar lines left out)`

  bool operator==(const left_out&) const = default;
};

/// Leaves out what is logged again and again: of one kind of event no more
/// than `most` pass within a window of one second, which the first of them
/// begins. Events are of one kind if component and level are the same and the
/// texts are up to the first `"`, digits aside: what comes from outside stands
/// in quotes.
///
/// Remembers `most_kinds` at a time; events of other kinds pass.
class repeated_lines {
public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::uint64_t most = 10;
  static constexpr std::chrono::seconds window{1};
  static constexpr std::size_t most_kinds = 512;

  struct verdict {
    bool passes = true;
    std::optional<left_out> before; ///< Ends the window that was over.
  };

  /// Whether one more event of this kind passes.
  verdict take(time_point now, log_level level, std::string_view component,
               std::string_view text);

  /// Ends the windows that are over: what was left out in each.
  std::vector<left_out> end_windows(time_point now);

  /// Ends all windows.
  std::vector<left_out> end_all();

private:
  // Component, level, and the text that is compared.
  using kind = std::tuple<std::string, log_level, std::string>;

  struct repetition {
    time_point begin;
    std::uint64_t count = 0;
    std::string shown; // of the text, in the line that ends the window
  };

  static std::optional<left_out> ended(const kind& what,
                                       const repetition& seen);

  std::map<kind, repetition> windows_;
};

} // namespace thunderpush
