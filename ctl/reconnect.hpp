#pragma once

#include <chrono>
#include <cstddef>

namespace thunderpush::ctl {

/// A connection that lasted so long begins the delays anew when it is lost.
inline constexpr std::chrono::seconds steady_connection{5};

/// Whether a WebSocket's close code says that the server does not want this
/// client back: wrong key, disconnected on purpose, a request that cannot be.
bool is_final(unsigned close_code) noexcept;

/// How long to wait before the next attempt after so many in vain: from 1 s to
/// 60 s, by half of it more or less, so that the clients of a server that was
/// restarted do not come back at once. `random` is from 0 up to 1.
std::chrono::milliseconds retry_delay(std::size_t attempts, double random);

} // namespace thunderpush::ctl
