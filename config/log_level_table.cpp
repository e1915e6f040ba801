#include "config/log_level_table.hpp"

#include <algorithm>

namespace thunderpush {

void log_level_table::set(log_level level) {
  const std::lock_guard lock{mutex_};
  general_ = level;
  publish();
}

bool log_level_table::set(std::string_view component, log_level level) {
  const auto index = component_index(component);
  if (index == own_.size())
    return false;
  const std::lock_guard lock{mutex_};
  own_[index].reset();
  if (level != general_)
    own_[index] = level;
  publish();
  return true;
}

void log_level_table::set(log_level level, const component_levels& components) {
  const std::lock_guard lock{mutex_};
  general_ = level;
  own_.fill(std::nullopt);
  for (const auto& [name, its_level] : components) {
    if (const auto index = component_index(name); index < own_.size())
      own_[index] = its_level;
  }
  publish();
}

levels_in_effect log_level_table::read() const {
  const std::lock_guard lock{mutex_};
  levels_in_effect result{general_, {}};
  for (std::size_t i = 0; i < own_.size(); ++i) {
    if (own_[i].value_or(general_) != general_)
      result.components.emplace(log_components[i], *own_[i]);
  }
  return result;
}

void log_level_table::publish() {
  auto lowest = general_;
  for (std::size_t i = 0; i < own_.size(); ++i) {
    const auto level = own_[i].value_or(general_);
    lowest = std::min(lowest, level);
    effective_[i].store(level, std::memory_order_relaxed);
  }
  effective_.back().store(general_, std::memory_order_relaxed);
  lowest_.store(lowest, std::memory_order_relaxed);
}

} // namespace thunderpush
