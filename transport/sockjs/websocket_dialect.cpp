#include "transport/sockjs/websocket_dialect.hpp"

#include "encoding/json.hpp"
#include "transport/framing_kinds.hpp"
#include "transport/sockjs/frames.hpp"
#include "transport/websocket/close_code.hpp"
#include "transport/websocket/frame.hpp"
#include "transport/websocket/framings.hpp"

#include <iterator>
#include <variant>

namespace thunderpush::sockjs {

namespace {

using websocket::compression;
using websocket::encode_frame;
using websocket::encode_message;
using websocket::opcode;

class sockjs_framing final : public framing {
public:
  sockjs_framing(framing_kind kind, compression how) noexcept
    : framing(static_cast<std::size_t>(kind)), how_(how) {}

  std::string encode(std::string_view element) const override {
    return encode_frame(opcode::text, array_frame(element));
  }

  std::string encode_compressed(std::string_view element) const override {
    return encode_message(opcode::text, array_frame(element), how_);
  }

private:
  const compression how_;
};

class sockjs_dialect final : public websocket::dialect {
public:
  const framing& frames(compression how) const noexcept override {
    return framings_.for_compression(how);
  }

  std::string_view name() const noexcept override { return "websocket"; }

  std::string greeting() const override {
    return encode_frame(opcode::text, open_frame);
  }

  std::string heartbeat() const override {
    return encode_frame(opcode::text, heartbeat_frame);
  }

  std::string farewell(const close_reason& why) const override {
    // The client takes code and reason from the SockJS frame.
    return encode_frame(opcode::text, close_frame(why))
           + encode_frame(opcode::close, websocket::close_payload(
                                           websocket::close_code::normal, ""));
  }

  bool decode(std::string_view text,
              std::vector<std::string>& messages) const override {
    if (text.empty())
      return true;
    auto decoded = parse_json_strings(text, json_strings_form::array_or_string);
    auto* strings = std::get_if<std::vector<std::string>>(&decoded);
    if (strings == nullptr)
      return false;
    messages.insert(messages.end(), std::make_move_iterator(strings->begin()),
                    std::make_move_iterator(strings->end()));
    return true;
  }

private:
  websocket::framings<sockjs_framing> framings_{
    {framing_kind::sockjs_websocket, framing_kind::sockjs_websocket_deflate,
     framing_kind::sockjs_websocket_deflate_narrow}};
};

} // namespace

const websocket::dialect& websocket_dialect() noexcept {
  static const sockjs_dialect instance;
  return instance;
}

} // namespace thunderpush::sockjs
