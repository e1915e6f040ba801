#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::benchmark {

/// Which message it is, counted over a whole run.
using message_number = std::uint32_t;

/// Bytes around the filler of the smallest body.
inline constexpr std::size_t smallest_payload = 16;

/// The body that publishes a message: a JSON object of exactly so many bytes
/// with the number in it. At least `smallest_payload`.
std::string body_of(message_number number, std::size_t bytes);

/// How messages arrive: always the same bytes but for the number.
class message_shape {
public:
  /// @param example how message 0 arrives; its number must be the first run of
  ///   eight zeros
  explicit message_shape(std::string_view example);

  /// The number of the message at the front of `text`, which is removed from
  /// there; nothing if a single byte is not as it should be.
  std::optional<message_number> take(std::string_view& text) const;

private:
  std::string before_;
  std::string after_;
};

} // namespace thunderpush::benchmark
