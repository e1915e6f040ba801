#pragma once

#include "actors/token_verifier.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// What a client may do by the tokens that it has shown: that of its identity,
/// if its application asks for one, and those of subscriptions. A value.
class permissions {
public:
  using clock = identity::clock;

  /// The client is who this says, in place of what was said before.
  void identify(identity shown);

  /// The client may subscribe to these as well, until `shown` expires.
  void add(const identity& shown);

  /// Whether it may subscribe.
  bool permit(std::string_view channel) const noexcept;

  /// Channels and prefixes that have been added.
  std::size_t added() const noexcept { return added_.size(); }

  /// When the identity ends; nothing if it has none.
  std::optional<clock::time_point> identity_expires() const noexcept {
    return expires_;
  }

  /// When the first of all ends; nothing if there is none.
  std::optional<clock::time_point> next_expiry() const noexcept;

  /// Takes away what has been added and has expired.
  void drop_expired(clock::time_point now);

  /// What its application said of it: JSON text, empty if nothing.
  const std::string& info() const noexcept { return info_; }

  /// Bytes on the heap.
  std::size_t memory() const noexcept;

private:
  struct entry {
    channel_pattern channels;
    clock::time_point expires;
  };

  std::optional<clock::time_point> expires_;
  std::vector<channel_pattern> own_;
  std::string info_;
  std::vector<entry> added_; // each pattern once
};

} // namespace thunderpush
