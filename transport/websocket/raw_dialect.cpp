#include "transport/framing_kinds.hpp"
#include "transport/websocket/close_code.hpp"
#include "transport/websocket/dialect.hpp"
#include "transport/websocket/frame.hpp"
#include "transport/websocket/framings.hpp"

namespace thunderpush::websocket {

namespace {

class raw_framing final : public framing {
public:
  raw_framing(framing_kind kind, compression how) noexcept
    : framing(static_cast<std::size_t>(kind)), how_(how) {}

  std::string encode(std::string_view element) const override {
    return encode_frame(opcode::text, element);
  }

  std::string encode_compressed(std::string_view element) const override {
    return encode_message(opcode::text, element, how_);
  }

private:
  const compression how_;
};

class raw final : public dialect {
public:
  const framing& frames(compression how) const noexcept override {
    return framings_.for_compression(how);
  }

  std::string_view name() const noexcept override { return "raw-websocket"; }

  std::string greeting() const override { return {}; }

  std::string heartbeat() const override { return {}; }

  std::string farewell(const close_reason& why) const override {
    return encode_frame(opcode::close,
                        close_payload(wire_close_code(why.code), why.text));
  }

  bool decode(std::string_view text,
              std::vector<std::string>& messages) const override {
    if (!text.empty())
      messages.emplace_back(text);
    return true;
  }

private:
  framings<raw_framing> framings_{{framing_kind::raw_websocket,
                                   framing_kind::raw_websocket_deflate,
                                   framing_kind::raw_websocket_deflate_narrow}};
};

} // namespace

const dialect& raw_dialect() noexcept {
  static const raw instance;
  return instance;
}

} // namespace thunderpush::websocket
