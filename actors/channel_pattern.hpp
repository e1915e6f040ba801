#pragma once

#include "actors/channel_name.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace thunderpush {

/// One channel, or with a `*` at its end all that begin so.
class channel_pattern {
public:
  /// Whether a text is one: a name, or up to 64 of a name's characters and `*`.
  static bool is_valid(std::string_view text) noexcept {
    if (!text.ends_with('*'))
      return is_channel_name(text);
    text.remove_suffix(1);
    return text.empty() || is_channel_name(text);
  }

  /// `text` is valid.
  explicit channel_pattern(std::string text) : text_(std::move(text)) {}

  bool fits(std::string_view channel) const noexcept {
    const std::string_view own{text_};
    return own.ends_with('*')
             ? channel.starts_with(own.substr(0, own.size() - 1))
             : channel == own;
  }

  const std::string& text() const noexcept { return text_; }

  friend bool operator==(const channel_pattern&, const channel_pattern&)
    = default;

private:
  std::string text_;
};

} // namespace thunderpush
