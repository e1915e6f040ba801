#pragma once

#include "tests/sockjs_server/services.hpp"
#include "transport/http/mount.hpp"
#include "transport/websocket/dialect.hpp"
#include "transport/websocket/link.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace thunderpush {

/// Nothing but messages, text and binary apart, each as `echoed_message`.
const websocket::dialect& echo_dialect() noexcept;

/// A message as the echo dialect hands it on: its opcode in one byte, then its
/// payload.
std::string echoed_message(websocket::opcode type, std::string_view payload);

/// A WebSocket that sends back what it gets, on the product's own link: what
/// tests of the protocol itself are run against.
class websocket_echo final : public mount {
public:
  /// `settings` outlives it.
  websocket_echo(home& where, const websocket::link_settings& settings);

  void serve(const http_request& request,
             const std::shared_ptr<http_connection>& client) override;

private:
  const websocket::link_settings& settings_;
  echo_service clients_;
};

} // namespace thunderpush
