#pragma once

#include "ctl/json.hpp"
#include "ctl/palette.hpp"
#include "ctl/table.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush::ctl {

/// What `top` shows, as a value: no terminal, no clock.

enum class top_list : std::uint8_t { connections, channels };

inline constexpr std::array<std::string_view, 2> top_list_names{"connections",
                                                                "channels"};

/// The columns that a list can be sorted by.
std::span<const std::string_view> sort_keys(top_list list);

/// The list that is shown, and by what each is sorted.
struct top_choice {
  top_list list = top_list::connections;
  std::array<std::size_t, 2> sorts{}; ///< Indices of `sort_keys`.

  std::string_view sort() const;
  void next_list();
  void next_sort();

  /// Of the admin endpoint.
  std::string path(std::size_t limit) const;
};

/// Answers of the admin endpoint; null if there are none yet.
struct top_figures {
  json_document stats;
  json_document homes;
  json_document rows; ///< Of the chosen list.
};

/// Counters of the server at two times.
class top_rates {
public:
  /// The next figures; `at` is when they were taken.
  void take(const json_value& stats, std::chrono::steady_clock::time_point at);

  /// How much a second a counter grew; nothing after less than two figures.
  std::optional<double> of(const char* counter) const;

private:
  struct sample {
    std::chrono::steady_clock::time_point at;
    std::array<std::uint64_t, 3> counters;
  };

  static constexpr std::array<const char*, 3> names{
    "publications", "deliveries", "http_requests"};
  std::optional<sample> before_;
  std::optional<sample> now_;
};

/// Two lines about the whole server.
std::vector<std::string> server_lines(const json_value& stats,
                                      const top_rates& rates);

table homes_table(const json_value& homes);
table list_table(top_list list, const json_value& rows);

struct top_screen {
  std::size_t columns;
  std::size_t rows;
};

/// All that the screen is made of.
struct top_state {
  top_figures figures;
  top_rates rates;
  top_choice choice;
  std::string trouble; ///< Why there are no new figures, or empty.
};

/// The whole screen.
std::vector<std::string> top_lines(const top_state& state,
                                   const top_screen& screen,
                                   const palette& colors);

} // namespace thunderpush::ctl
