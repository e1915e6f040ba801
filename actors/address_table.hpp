#pragma once

#include "config/ip_address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace thunderpush {

/// The part of an address that stands for one client: an IPv4 address, or the
/// 64 bits of an IPv6 address that a network is given; the rest its hosts
/// choose as they like.
inline ip_address source_of(ip_address one) noexcept {
  constexpr std::size_t network_bytes = 8;
  if (!one.is_v4())
    std::fill(one.bytes.begin() + network_bytes, one.bytes.end(),
              std::uint8_t{0});
  return one;
}

/// Something for each address, shared by all homes: parts with a lock each, of
/// which a call takes one. Not for the path of a message.
template <class Value>
class address_table {
public:
  /// Calls `use` with the value of an address, made anew if there is none. The
  /// value stays where it is.
  template <class Use>
  auto with(const ip_address& who, Use&& use) {
    auto& here = part_of(who);
    const std::lock_guard lock{here.mutex};
    return std::forward<Use>(use)(here.values[who]);
  }

  /// The same, and forgets the value if `use` returns true.
  template <class Use>
  void release(const ip_address& who, Use&& use) {
    auto& here = part_of(who);
    const std::lock_guard lock{here.mutex};
    const auto found = here.values.find(who);
    if (found != here.values.end() && std::forward<Use>(use)(found->second))
      here.values.erase(found);
  }

  /// Forgets the values that `is_over` holds for, in the part of an address, if
  /// that has doubled since it was last tidied up: the cost is a constant one
  /// for each address that came.
  template <class Over>
  void tidy(const ip_address& who, Over&& is_over) {
    auto& here = part_of(who);
    const std::lock_guard lock{here.mutex};
    if (here.values.size() < here.tidy_at)
      return;
    std::erase_if(here.values,
                  [&](const auto& each) { return is_over(each.second); });
    here.tidy_at = std::max(smallest, 2 * here.values.size());
  }

  /// Addresses that are known.
  std::size_t size() {
    std::size_t sum = 0;
    for (auto& each : parts_) {
      const std::lock_guard lock{each.mutex};
      sum += each.values.size();
    }
    return sum;
  }

private:
  static constexpr std::size_t smallest = 64;

  struct hash {
    std::size_t operator()(const ip_address& of) const noexcept {
      return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(of.bytes.data()), of.bytes.size()});
    }
  };

  struct alignas(64) part {
    std::mutex mutex;
    std::unordered_map<ip_address, Value, hash> values;
    std::size_t tidy_at = smallest;
  };

  part& part_of(const ip_address& who) {
    // Other bits than those by which the part spreads its own.
    return parts_[(hash{}(who) >> 48U) % parts_.size()];
  }

  std::array<part, 16> parts_;
};

} // namespace thunderpush
