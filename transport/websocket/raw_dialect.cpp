#include "transport/framing_kinds.hpp"
#include "transport/websocket/close_code.hpp"
#include "transport/websocket/dialect.hpp"
#include "transport/websocket/frame.hpp"

namespace thunderpush::websocket {

namespace {

class raw_framing final : public framing {
public:
  raw_framing() noexcept
    : framing(static_cast<std::size_t>(framing_kind::raw_websocket)) {}

  std::string encode(std::string_view element) const override {
    return encode_frame(opcode::text, element);
  }
};

class raw final : public dialect {
public:
  const framing& frames() const noexcept override { return framing_; }

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
  raw_framing framing_;
};

} // namespace

const dialect& raw_dialect() noexcept {
  static const raw instance;
  return instance;
}

} // namespace thunderpush::websocket
