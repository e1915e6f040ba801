#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace thunderpush::benchmark {

/// As much of an HTTP request as the floor looks at, lying in the bytes that it
/// was read from.
struct request {
  enum class kind { subscribe, publish, other };

  kind what = kind::other;
  std::uint32_t channel = 0;
  /// Of a subscription: Sec-WebSocket-Key.
  std::string_view key;
  std::string_view body;
  /// Bytes it takes.
  std::size_t size = 0;
};

/// The request at the front of `bytes`, nothing while it is incomplete. It is
/// believed whatever it says: this is no server for strangers.
std::optional<request> read_request(std::string_view bytes);

} // namespace thunderpush::benchmark
