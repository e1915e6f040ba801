#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thunderpush::benchmark {
class dialect;
}

namespace thunderpush::costs {

// What a client sends, over SockJS's WebSocket. Clients and channels are
// numbers, each client is a user of its own.

/// The client's request for a WebSocket.
std::string upgrade_request(const benchmark::dialect& speaks,
                            std::size_t client);

/// The frames by which it says who it is, and subscribes.
std::string introduction(const benchmark::dialect& speaks, std::size_t client,
                         std::size_t channel);

/// The frame by which it goes.
std::string_view farewell();

} // namespace thunderpush::costs
