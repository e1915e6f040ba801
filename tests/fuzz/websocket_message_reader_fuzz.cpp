// What a client may send must never crash the reader, and
// how its bytes are cut into pieces must not change what is read.

#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"
#include "transport/websocket/message_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace thunderpush;
using namespace thunderpush::websocket;
using fuzz::piece_sizes;
using fuzz::require;

namespace {

struct found_event {
  std::size_t kind = 0;
  unsigned code = 0;
  std::string text;

  bool operator==(const found_event&) const = default;
};

// Copies an event and checks what holds for each of its kind.
struct checked_copy {
  const message_limits& limits;

  found_event operator()(need_more) const { return {}; }
  found_event operator()(text_message found) const {
    require(is_valid_utf8(found.payload));
    return message(found.payload);
  }
  found_event operator()(binary_message found) const {
    return message(found.payload);
  }
  found_event operator()(ping found) const { return control(found.payload); }
  found_event operator()(pong found) const { return control(found.payload); }
  found_event operator()(const close_frame& found) const {
    require(is_valid_utf8(found.reason));
    if (!found.code) {
      require(found.reason.empty());
      return {};
    }
    require(is_legal_on_wire(*found.code));
    return {0, static_cast<unsigned>(*found.code), std::string(found.reason)};
  }
  found_event operator()(violation found) const {
    require(is_legal_on_wire(found.code) && !found.why.empty());
    return {0, static_cast<unsigned>(found.code), std::string(found.why)};
  }

  found_event message(std::string_view payload) const {
    require(payload.size() <= limits.max_message_bytes);
    return {0, 0, std::string(payload)};
  }
  static found_event control(std::string_view payload) {
    require(payload.size() <= max_control_payload_bytes);
    return {0, 0, std::string(payload)};
  }
};

// What a reader may hold of a message: as it arrived, and inflated.
std::size_t most_held(const message_limits& limits, compression agreed) {
  constexpr std::size_t state = 512;
  const auto most = limits.max_message_bytes;
  return agreed == compression::none ? state + most
                                     : state + 64 + most / 8 + 2 * most;
}

std::vector<found_event> read_pieces(std::string_view stream,
                                     compression agreed,
                                     const message_limits& limits,
                                     piece_sizes* sizes) {
  message_reader reader{agreed};
  std::vector<found_event> events;
  auto finished = false;
  while (!stream.empty()) {
    const auto size = sizes == nullptr ? stream.size()
                                       : std::min(sizes->next(), stream.size());
    const fuzz::arrived_piece piece{stream.substr(0, size)};
    stream.remove_prefix(size);
    auto input = piece.bytes();
    while (true) {
      const auto left = input.size();
      const auto event = reader.next(input, limits);
      require(input.size() <= left);
      if (std::holds_alternative<need_more>(event))
        break;
      require(!finished);
      finished = std::holds_alternative<close_frame>(event)
                 || std::holds_alternative<violation>(event);
      auto copy = std::visit(checked_copy{limits}, event);
      copy.kind = event.index();
      events.push_back(std::move(copy));
    }
    require(input.empty());
    require(reader.buffered_bytes()
            <= most_held(limits, agreed) + max_control_payload_bytes);
    require(!finished || reader.buffered_bytes() == 0);
  }
  return events;
}

// The first byte chooses how the others are cut, the second the limit, the
// third whether compression was agreed on.
void run(std::string_view input) {
  fuzz::input_reader in{input};
  piece_sizes sizes{in.byte()};
  const message_limits limits{std::size_t{in.byte()} * 4};
  const auto agreed
    = (in.byte() & 1) != 0 ? compression::deflate : compression::none;
  require(read_pieces(in.rest(), agreed, limits, nullptr)
          == read_pieces(in.rest(), agreed, limits, &sizes));
}

const fuzz::registration made{"websocket_message_reader", run};

} // namespace
