#include "ctl/reconnect.hpp"

#include <algorithm>
#include <array>

namespace thunderpush::ctl {

bool is_final(unsigned close_code) noexcept {
  // 4000 to 4002 stand for 9000 to 9002, which no WebSocket can carry.
  return (close_code >= 3500 && close_code <= 3999)
         || (close_code >= 4000 && close_code <= 4002);
}

std::chrono::milliseconds retry_delay(std::size_t attempts, double random) {
  constexpr std::array seconds{1.0, 2.5, 5.0, 10.0, 30.0, 60.0};
  constexpr double jitter = 0.5;
  const std::chrono::duration<double> delay{
    seconds.at(std::min(attempts, seconds.size() - 1))
    * (1 + jitter * (2 * random - 1))};
  return std::chrono::round<std::chrono::milliseconds>(delay);
}

} // namespace thunderpush::ctl
