#pragma once

#include <string_view>

namespace thunderpush {

/// Whether a channel may have that name: 1 to 64 characters, each an ASCII
/// letter or digit or one of `_ - = @ , . ;`. Callable from any thread.
bool is_channel_name(std::string_view name) noexcept;

} // namespace thunderpush
