#pragma once

#include "config/component_levels.hpp"
#include "config/log_component.hpp"
#include "config/log_level.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string_view>

namespace thunderpush {

/// The levels of the log at one moment.
struct levels_in_effect {
  log_level level = log_level::info; ///< Of all but `components`.
  component_levels components;       ///< Those that differ.

  bool operator==(const levels_in_effect&) const = default;
};

/// What is logged, by component. Any thread; asking takes no lock.
class log_level_table {
public:
  /// One load: for a component that is not in the list, the general level
  /// counts. Nothing is logged at `off`.
  bool allows(log_level level, std::string_view component) const noexcept {
    return level != log_level::off
           && level >= effective_[component_index(component)].load(
                std::memory_order_relaxed);
  }

  /// Whether any component logs at this level.
  bool allows(log_level level) const noexcept {
    return level != log_level::off
           && level >= lowest_.load(std::memory_order_relaxed);
  }

  /// Sets the general level, which components follow unless they have one of
  /// their own.
  void set(log_level level);

  /// Gives a component a level of its own; with the general level it follows
  /// that again. False if there is no such component.
  bool set(std::string_view component, log_level level);

  /// Sets all: what is not in `components` follows `level`.
  void set(log_level level, const component_levels& components);

  levels_in_effect read() const;

private:
  void publish();

  mutable std::mutex mutex_; // of general_ and own_
  log_level general_ = log_level::info;
  std::array<std::optional<log_level>, log_components.size()> own_;
  // By component, and of any other; log_level::info, as general_ is.
  std::array<std::atomic<log_level>, log_components.size() + 1> effective_{
    log_level::info, log_level::info, log_level::info, log_level::info,
    log_level::info, log_level::info, log_level::info, log_level::info,
    log_level::info, log_level::info, log_level::info, log_level::info};
  std::atomic<log_level> lowest_{log_level::info};
};

} // namespace thunderpush
