#include "tests/load/push_session.hpp"

#include "tests/load/http_session.hpp"
#include "tests/load/websocket_session.hpp"

namespace thunderpush::load {

std::unique_ptr<push_session> make_push_session(event_loop& loop,
                                                push_session_events& owner,
                                                const endpoint& server,
                                                session_transport how,
                                                std::uint64_t n) {
  if (is_websocket(how))
    return std::make_unique<websocket_session>(loop, owner, server, how, n);
  return std::make_unique<http_session>(loop, owner, server, how, n);
}

bool means_removed(std::uint16_t code) {
  return code == 9002 || code == 4002;
}

} // namespace thunderpush::load
