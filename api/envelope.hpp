#pragma once

#include <string>
#include <string_view>

namespace thunderpush {

/// What a subscriber of `channel` gets: `{"payload":"TEXT","channel":"C"}`,
/// TEXT being `payload` character for character. Both must be valid UTF-8.
std::string channel_envelope(std::string_view payload,
                             std::string_view channel);

/// What the connections of a user get: `{"payload":"TEXT"}`. `payload` must be
/// valid UTF-8.
std::string user_envelope(std::string_view payload);

} // namespace thunderpush
