#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace thunderpush {

/// Position of an application in the configuration. Applications share
/// nothing: equal names in two of them are different users and channels.
enum class app_id : std::uint16_t {};

/// A name within an application. `Kind` only tells users and channels apart.
template <class Kind>
struct scoped_name {
  app_id app{};
  std::string name;

  friend bool operator==(const scoped_name&, const scoped_name&) = default;
};

/// A user: any text without a colon, may be empty.
using user_id = scoped_name<struct user_kind>;

/// A channel: see `is_channel_name` for what its name may be.
using channel_id = scoped_name<struct channel_kind>;

/// Spreads names over homes and over hash tables.
template <class Kind>
std::size_t hash_value(const scoped_name<Kind>& id) noexcept {
  constexpr std::size_t golden_ratio = 0x9e3779b97f4a7c15;
  const auto app = static_cast<std::size_t>(id.app);
  return std::hash<std::string_view>{}(id.name) ^ (app * golden_ratio);
}

} // namespace thunderpush

template <class Kind>
struct std::hash<thunderpush::scoped_name<Kind>> {
  std::size_t
  operator()(const thunderpush::scoped_name<Kind>& id) const noexcept {
    return hash_value(id);
  }
};
