#include "tests/costs/client_bytes.hpp"

#include "tests/load/websocket_frame.hpp"

#include "tools/benchmark/dialect.hpp"

namespace thunderpush::costs {

std::string upgrade_request(const benchmark::dialect& speaks,
                            std::size_t client) {
  return "GET " + speaks.path(client, 0)
         + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUpgrade: websocket\r\n"
           "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

std::string introduction(const benchmark::dialect& speaks, std::size_t client,
                         std::size_t channel) {
  std::string bytes;
  for (const auto& each : speaks.introduction(client, channel))
    load::append_frame(bytes, load::opcode::text, each);
  return bytes;
}

std::string_view farewell() {
  static const auto frame = [] {
    std::string bytes;
    load::append_frame(bytes, load::opcode::close, "\x03\xE8"); // 1000
    return bytes;
  }();
  return frame;
}

} // namespace thunderpush::costs
