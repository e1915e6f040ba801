#pragma once

#include "actors/identifiers.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// What holds for a channel.
struct channel_rules {
  /// Only those subscribe whose token names the channel.
  bool needs_token = false;
  bool presence = true;          ///< Its subscribers may be listed.
  std::size_t message_bytes = 0; ///< Of one message; 0: as of any request.
  slow_policy slow = slow_policy::disconnect;
  bool compress = false; ///< For clients that negotiated it.
};

/// The rules of channels, by the beginning of their names. A value: it is
/// replaced as a whole when the configuration is read again.
class rule_book {
public:
  struct entry {
    std::optional<app_id> app; ///< Of all, if none.
    std::string prefix;
    channel_rules rules;
  };

  rule_book() = default;

  /// In any order.
  explicit rule_book(std::vector<entry> all);

  /// The rules of the longest prefix that fits; of two equal ones that of the
  /// application itself. The usual ones if none fits.
  const channel_rules& of(app_id app, std::string_view channel) const noexcept;

private:
  std::vector<entry> entries_; // the longest prefix first
};

} // namespace thunderpush
