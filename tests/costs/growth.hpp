#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace thunderpush::costs {

/// What is found at one number of clients. Times are processor time of the
/// server's thread.
struct growth_step {
  std::size_t clients = 0;
  double resident = 0;   ///< Bytes a client.
  double allocated = 0;  ///< Bytes a client.
  double connect_us = 0; ///< To connect and subscribe, since the step before.
  double pause_ms = 0;   ///< The longest that a few of them took, since then.
  double message = 0;    ///< To publish in µs, or to deliver in ns.
};

/// A crowd that grows on one home, and what it costs at each number.
struct growth {
  std::vector<growth_step> steps;
  std::vector<std::string> broken; ///< What was not as it should be.
};

/// Is told what goes on.
using progress = std::function<void(const std::string&)>;

/// All clients subscribe to one channel, `sizes` (ascending) one after the
/// other; messages go to all of them, each when
/// the one before has been written.
growth grow_one_channel(const std::vector<std::size_t>& sizes,
                        const progress& tell);

/// Each client subscribes to a channel of its own; messages go to channels at
/// random, 32 of them under way at a time.
growth grow_own_channels(const std::vector<std::size_t>& sizes,
                         const progress& tell);

} // namespace thunderpush::costs
