#pragma once

#include "actors/identifiers.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

/// The applications of the configuration, by public key.
class applications {
public:
  explicit applications(std::vector<std::string> keys)
    : keys_(std::move(keys)) {}

  std::size_t size() const noexcept { return keys_.size(); }

  /// The application with this key. A key is public: the comparison need not
  /// take constant time.
  std::optional<app_id> find(std::string_view key) const noexcept {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (keys_[i] == key)
        return static_cast<app_id>(i);
    }
    return std::nullopt;
  }

private:
  std::vector<std::string> keys_;
};

} // namespace thunderpush
