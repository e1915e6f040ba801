#include "tests/sockjs_server/websocket_echo.hpp"

#include "transport/framing_kinds.hpp"
#include "transport/http/connection.hpp"
#include "transport/websocket/framings.hpp"
#include "transport/websocket/handshake.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace thunderpush {

namespace {

using websocket::compression;
using websocket::opcode;

class echo_framing final : public framing {
public:
  echo_framing(framing_kind kind, compression how) noexcept
    : framing(static_cast<std::size_t>(kind)), how_(how) {}

  std::string encode(std::string_view element) const override {
    return websocket::encode_message(static_cast<opcode>(element.front()),
                                     element.substr(1), how_);
  }

private:
  const compression how_;
};

class echo final : public websocket::dialect {
public:
  const framing& frames(compression how) const noexcept override {
    return framings_.for_compression(how);
  }

  std::string_view name() const noexcept override { return "raw-websocket"; }

  std::string greeting() const override { return {}; }

  std::string heartbeat() const override { return {}; }

  std::string farewell(const close_reason& why) const override {
    return websocket::raw_dialect().farewell(why);
  }

  bool decode(std::string_view text,
              std::vector<std::string>& messages) const override {
    messages.push_back(echoed_message(opcode::text, text));
    return true;
  }

  bool decode_binary(std::string_view payload,
                     std::vector<std::string>& messages) const override {
    messages.push_back(echoed_message(opcode::binary, payload));
    return true;
  }

private:
  // No frame is shared with the product's dialects.
  websocket::framings<echo_framing> framings_{
    {framing_kind::raw_websocket, framing_kind::raw_websocket_deflate,
     framing_kind::raw_websocket_deflate_narrow}};
};

} // namespace

const websocket::dialect& echo_dialect() noexcept {
  static const echo instance;
  return instance;
}

std::string echoed_message(opcode type, std::string_view payload) {
  std::string message;
  message.reserve(1 + payload.size());
  message.push_back(static_cast<char>(type));
  return message.append(payload);
}

websocket_echo::websocket_echo(home& where,
                               const websocket::link_settings& settings)
  : settings_(settings), clients_(where) {}

void websocket_echo::serve(const http_request& request,
                           const std::shared_ptr<http_connection>& client) {
  const auto checked
    = websocket::check_handshake(request, settings_.compression);
  if (const auto* error = std::get_if<websocket::handshake_error>(&checked)) {
    client->respond(websocket::handshake_refusal(*error));
    return;
  }
  const auto& accepted = std::get<websocket::handshake_accepted>(checked);
  auto answer = websocket::switching_protocols(accepted);
  auto taken = client->take_over();
  clients_.open(std::make_unique<websocket::link>(
                  std::move(taken.stream), echo_dialect(), settings_,
                  websocket::link::handshake{std::move(answer),
                                             std::move(taken.early_bytes),
                                             accepted.agreed.how}),
                visitor{});
}

} // namespace thunderpush
